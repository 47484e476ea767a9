import type { Json } from "../history/record.ts";
import { presetConfigs } from "../run/config.ts";

/**
 * The command that gives a run's options again, as far as a kept run knows them: paths were cut and are left out.
 *
 * @example
 * asCommand({ preset: "article", lr: 0.1 }); // "gradwerk train --preset article --lr 0.1"
 */
export function asCommand(config: Readonly<Record<string, Json>>): string {
  const preset = Object.entries(presetConfigs).find(([name]) => name === config.preset);
  if (preset === undefined) return "";
  const [name, defaults] = preset;
  const usual: Readonly<Record<string, unknown>> = { ...defaults };
  const flags = Object.entries(config).flatMap(([option, value]) => {
    const isUsual = JSON.stringify(value) === JSON.stringify(usual[option]);
    return option === "preset" || isUsual ? [] : flagOf(option, value);
  });
  return ["gradwerk train", `--preset ${name}`, ...flags].join(" ");
}

function flagOf(option: string, value: Json): string[] {
  if (!/^[a-zA-Z]{1,30}$/.test(option)) return [];
  const flag = `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (typeof value === "boolean") return [value ? flag : flag.replace("--", "--no-")];
  const isSlice = option === "train" || option === "test";
  const text = Array.isArray(value) ? value.join(isSlice ? ":" : ",") : String(value);
  return value !== null && /^[\w.:,+-]{1,200}$/.test(text) && !/\.m?js$/.test(text)
    ? [`${flag} ${text}`]
    : [];
}
