import {
  dashboardEvaluatesEvery,
  optimizers,
  presetConfigs,
  presets,
  type RunConfig,
  usualRate,
} from "../../run/config.ts";
import {
  complaintOf,
  notEmpty,
  oneOf,
  type ParseOption,
  parseBatch,
  parseDigits,
  parseHidden,
  parseOptimizer,
  parseRate,
  parseSeed,
  parseThreads,
} from "../../run/option-values.ts";

/** An option of the run that can be changed while it runs. */
export interface Setting {
  /** What it is called after `:`. */
  readonly word: string;
  readonly name: string;
  readonly option: keyof RunConfig;
  readonly parse: ParseOption<unknown>;
  /** Words that it can be. */
  readonly choices?: readonly string[];
  /** Whether the run goes on with the new value; else it begins again. */
  readonly isLive: boolean;
}

/** Every one of them, in the order in which they are shown. */
export const settings: readonly Setting[] = [
  {
    word: "preset",
    name: "preset",
    option: "preset",
    parse: oneOf(presets),
    choices: presets,
    isLive: false,
  },
  { word: "lr", name: "learning rate", option: "lr", parse: parseRate, isLive: true },
  { word: "batch", name: "batch size", option: "batch", parse: parseBatch, isLive: false },
  {
    word: "optimizer",
    name: "optimizer",
    option: "optimizer",
    parse: parseOptimizer,
    choices: optimizers,
    isLive: false,
  },
  { word: "seed", name: "seed", option: "seed", parse: parseSeed, isLive: false },
  { word: "digits", name: "digits", option: "digits", parse: orWord("all", parseDigits), isLive: false },
  { word: "hidden", name: "hidden units", option: "hidden", parse: parseHidden, isLive: false },
  {
    word: "backend",
    name: "backend",
    option: "backend",
    parse: notEmpty,
    choices: ["cpu", "wasm"],
    isLive: false,
  },
  { word: "threads", name: "threads", option: "threads", parse: orWord("auto", parseThreads), isLive: false },
];

/** An option's value as it is typed. */
export function valueText({ option }: Setting, config: RunConfig): string {
  const value = config[option];
  if (value === null) return option === "digits" ? "all" : "auto";
  return String(value);
}

/** What is wrong with a value, in words; nothing where the option can have it. */
export function complaintAbout({ parse }: Setting, text: string): string | undefined {
  return complaintOf(parse, text.trim());
}

/** The configuration with another value. Another optimizer wants another learning rate; a preset brings its own options. */
export function configWith({ option, parse }: Setting, text: string, config: RunConfig): RunConfig {
  const changed = { ...config, [option]: parse(text.trim()) };
  if (option === "preset" && changed.preset !== config.preset) {
    const own = presetConfigs[changed.preset];
    return { ...own, data: config.data, evalEvery: own.evalEvery ?? dashboardEvaluatesEvery };
  }
  return option === "optimizer" ? { ...changed, lr: usualRate(changed) } : changed;
}

/** A value, or a word that leaves the choice to the run: `null`. */
function orWord<T>(word: string, parse: ParseOption<T>): ParseOption<T | null> {
  return (text) => (text === word ? null : parse(text));
}
