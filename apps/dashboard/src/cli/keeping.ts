import { UsageError } from "../errors.ts";
import type { RunConfig } from "../run/config.ts";
import type { Keeping } from "../run/run-saver.ts";
import { resolveConfig, type TrainFlags } from "./train-flags.ts";

/** The flags of `train` that keep a run and go on with one. */
export interface KeepingFlags {
  readonly save?: string;
  readonly saveEvery?: number;
  readonly resume?: string;
}

/** What is to run, from where, and where it is kept. */
export interface KeptRun {
  readonly config: RunConfig;
  readonly keeping: Keeping;
}

/** Numbers do not depend on these: they may be others on another machine. */
const circumstances: readonly (keyof RunConfig)[] = ["threads", "data"];

/** Backends that a file may name; any other is a program, which only its user may start. */
const builtIn = ["cpu", "wasm"];

/**
 * The run that the flags ask for: a fresh one, or the one that a file holds, with its options.
 *
 * @throws UsageError for flags that contradict the file; NnError and WorkError for a file that cannot be gone on with
 */
export async function keptRunOf(flags: TrainFlags): Promise<KeptRun> {
  const { save, saveEvery, resume } = flags;
  if (saveEvery !== undefined && save === undefined && resume === undefined) {
    throw new UsageError("--save-every: there is no --save FILE to write to.");
  }
  const planOf = (file: string, config: RunConfig) => ({ file, every: saveEvery ?? null, config });
  if (resume === undefined) {
    const config = resolveConfig(flags);
    return { config, keeping: save === undefined ? {} : { save: planOf(save, config) } };
  }
  const { readStoredRun } = await import("../run/stored-run.ts");
  const from = await readStoredRun(resume);
  const config = { ...from.config, ...circumstancesOf(flags) };
  for (const key of Object.keys(config) as (keyof RunConfig)[]) {
    const given = flags[key];
    if (given === undefined || JSON.stringify(given) === JSON.stringify(config[key])) continue;
    throw new UsageError(
      `${flagOf(key, given)} contradicts the run in ${resume}, which has ${inWords(config[key])}. ` +
        "Leave it away, or begin another run without --resume.",
    );
  }
  if (!builtIn.includes(config.backend) && flags.backend === undefined) {
    throw new UsageError(
      `--resume ${resume}: the run's backend is a program of its own. Say --backend ${config.backend} to start it.`,
    );
  }
  return { config, keeping: { from, save: planOf(save ?? resume, from.config) } };
}

function circumstancesOf(flags: TrainFlags): Partial<RunConfig> {
  return Object.fromEntries(
    circumstances.filter((key) => flags[key] !== undefined).map((key) => [key, flags[key]]),
  );
}

function flagOf(key: keyof RunConfig, value: unknown): string {
  if (typeof value === "boolean") return `--${value ? "" : "no-"}${key}`;
  const text = key === "train" || key === "test" ? (value as number[]).join(":") : String(value);
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${text}`;
}

function inWords(value: RunConfig[keyof RunConfig]): string {
  if (value === null) return "its default";
  return typeof value === "boolean" ? (value ? "it on" : "it off") : String(value);
}
