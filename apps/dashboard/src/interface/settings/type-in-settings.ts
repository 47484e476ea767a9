import type { KeyContext } from "../keys.ts";
import type { SettingsView } from "../view.ts";
import { complaintAbout, configWith, type Setting, settings, valueText } from "./settings.ts";

/** Characters of a value. */
const longestText = 200;

/** Shows the options, at one of them and with a value for it where one is given; says what is wrong with that. */
export function openSettings(context: KeyContext, word: string, text?: string): string | undefined {
  const chosen = Math.max(
    0,
    settings.findIndex((setting) => setting.word === word),
  );
  const { config } = context.state;
  if (config === undefined) return "this run has no options to change";
  if (text === undefined) {
    context.look(() => ({ settings: { chosen }, help: false }));
    return undefined;
  }
  const complaint = complaintAbout(settings[chosen], text);
  if (complaint === undefined) {
    const settings = taken({ chosen, text }, context);
    context.look(() => ({ settings }));
  }
  return complaint;
}

/** What a key does while the options are shown. */
export function typeInSettings(view: SettingsView, context: KeyContext, key: string): void {
  const { look, leave, state } = context;
  const setting = settings[view.chosen];
  const { config } = state;
  const show = (change: SettingsView | undefined): void => look(() => ({ settings: change }));
  const type = (text: string): void => show({ chosen: view.chosen, text });
  if (key === "ctrl+c") leave("interrupted");
  else if (config === undefined || setting === undefined) show(undefined);
  else if (key === "escape") show(view.text === undefined ? undefined : { chosen: view.chosen });
  else if (key === "up" || key === "down" || key === "tab") {
    const by = key === "up" ? -1 : 1;
    show({ chosen: (view.chosen + by + settings.length) % settings.length });
  } else if (key === "left" || key === "right") {
    const next = choiceBeside(setting, view.text ?? valueText(setting, config), key === "right" ? 1 : -1);
    if (next !== undefined) type(next);
  } else if (key === "return") {
    if (view.text === undefined) type(valueText(setting, config));
    else show(taken({ ...view, text: view.text }, context));
  } else if (key === "backspace") type((view.text ?? valueText(setting, config)).slice(0, -1));
  else {
    const character = key === "space" ? " " : key;
    const text = view.text ?? "";
    if ([...character].length === 1 && text.length < longestText) type(text + character);
  }
}

/** Sets a value, or asks first where the run has to begin again; what is shown after that. */
function taken(
  view: SettingsView & { readonly text: string },
  { send, state }: KeyContext,
): SettingsView | undefined {
  const { chosen, text } = view;
  const setting = settings[chosen];
  const { config } = state;
  if (config === undefined || setting === undefined) return undefined;
  const complaint = complaintAbout(setting, text);
  if (complaint !== undefined) return { chosen, text, complaint };
  const changed = configWith(setting, text, config);
  if (JSON.stringify(changed) === JSON.stringify(config)) return { chosen };
  if (setting.isLive) {
    send({ type: "learningRate", learningRate: changed.lr });
    return { chosen };
  }
  if (view.asks !== true) return { chosen, text, asks: true };
  send({ type: "configure", config: changed });
  return undefined;
}

function choiceBeside({ choices }: Setting, text: string, by: 1 | -1): string | undefined {
  if (choices === undefined) return undefined;
  const place = choices.indexOf(text);
  const from = place === -1 && by === -1 ? 0 : place;
  return choices[(from + by + choices.length) % choices.length];
}
