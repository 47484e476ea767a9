import { type Checkpoint, type Json, type RestoreTarget, restore } from "@gradwerk/nn/checkpoint";
import { loadCheckpoint } from "@gradwerk/nn/node";
import * as v from "valibot";
import { WorkError } from "../errors.ts";
import { floatTypes, optimizers, presets, type RunConfig } from "./config.ts";
import type { RunData } from "./data.ts";
import type { Experiment } from "./experiment.ts";
import { parameterBytes } from "./parameter-bytes.ts";
import type { RateChange } from "./rate-changes.ts";

/** What the last step came to; the accuracy is the one measured last. */
export interface LastStep {
  readonly loss?: number;
  readonly accuracy?: number;
}

/** What is known after one more step, which may not have been measured. */
export function lastStepAfter(
  before: LastStep,
  { loss, accuracy = before.accuracy }: { readonly loss: number; readonly accuracy?: number | undefined },
): LastStep {
  return { loss, ...(accuracy !== undefined && { accuracy }) };
}

/** A run as a checkpoint holds it. */
export interface StoredRun {
  /** Where it was read from. */
  readonly file: string;
  readonly config: RunConfig;
  readonly last: LastStep;
  readonly changes: readonly RateChange[];
  readonly checkpoint: Checkpoint;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const index = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const slice = v.nullable(v.tuple([index, count]));

const configSchema = v.strictObject({
  preset: v.picklist(presets),
  digits: v.nullable(v.pipe(v.array(v.pipe(index, v.maxValue(255))), v.minLength(2), v.maxLength(256))),
  train: slice,
  test: slice,
  hidden: v.pipe(v.array(count), v.minLength(1), v.maxLength(100)),
  lr: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  seed: v.pipe(index, v.maxValue(2 ** 32 - 1)),
  batch: count,
  optimizer: v.picklist(optimizers),
  augment: v.optional(v.boolean(), false),
  steps: v.nullable(count),
  epochs: v.nullable(count),
  evalEvery: v.nullable(count),
  backend: v.pipe(v.string(), v.minLength(1)),
  dtype: v.picklist(floatTypes),
  threads: v.nullable(count),
  capture: v.boolean(),
  data: v.pipe(v.string(), v.minLength(1)),
}) satisfies v.GenericSchema<unknown, RunConfig>;

const schema = v.object({
  run: configSchema,
  changes: v.optional(v.array(v.object({ from: index, factor: v.pipe(v.number(), v.gtValue(0)) })), []),
  last: v.object({ loss: v.optional(v.number()), accuracy: v.optional(v.number()) }),
});

/** What a checkpoint keeps under `config`. */
export function storedFacts(run: RunConfig, last: LastStep, changes: readonly RateChange[]): Json {
  const changed = changes.length > 0 && { changes: changes.map((change) => ({ ...change })) };
  return { run: { ...run }, last: { ...last }, ...changed };
}

/**
 * Reads a checkpoint of `gradwerk train`.
 *
 * @throws NnError for a file that is damaged or no checkpoint; WorkError for one that another program made
 */
export async function readStoredRun(file: string): Promise<StoredRun> {
  const checkpoint = await loadCheckpoint(file);
  const read = v.safeParse(schema, checkpoint.config);
  if (!read.success) {
    const [issue] = read.issues;
    const where = v.getDotPath(issue);
    throw new WorkError(
      `${file}: a checkpoint, but not of a run that this gradwerk train can go on with ` +
        `(config${where === null ? "" : `.${where}`}: ${issue.message}).`,
    );
  }
  const { run, ...facts } = read.output;
  return { file, config: run, ...facts, checkpoint };
}

/**
 * Checks that a stored run is one of this experiment on this data, before anything takes memory for it.
 *
 * @throws WorkError
 */
export function checkStoredRun(
  { file, checkpoint, config }: StoredRun,
  experiment: Experiment,
  data: RunData,
): void {
  if (checkpoint.step > experiment.steps) {
    throw new WorkError(
      `${file}: holds step ${checkpoint.step} of a run of ${experiment.steps}. It is damaged.`,
    );
  }
  const differing = Object.keys(data.sha256).filter((name) => data.sha256[name] !== shaOf(checkpoint, name));
  if (differing.length > 0) {
    throw new WorkError(
      `${file}: the run learned from other data: ${differing.join(", ")} differ${differing.length === 1 ? "s" : ""}. ` +
        "Say with --data where its own data is.",
    );
  }
  const stored = Object.values(checkpoint.parameters).reduce((sum, { values }) => sum + values.byteLength, 0);
  const needed = parameterBytes(experiment, config, stored);
  if (needed === stored) return;
  throw new WorkError(
    `${file}: its parameters take ${stored} bytes, which are not those of a network with its options` +
      `${needed === undefined ? "" : ` (${needed})`}. It is damaged.`,
  );
}

function shaOf({ data }: Checkpoint, name: string): unknown {
  return typeof data === "object" && data !== null
    ? (data as { readonly [key: string]: Json })[name]
    : undefined;
}

/**
 * Writes a stored run into a network and its optimiser.
 *
 * @throws NnError `checkpoint-mismatch`
 */
export function restoreStoredRun(
  { checkpoint }: StoredRun,
  target: Required<Omit<RestoreTarget, "trees">>,
): void {
  restore(checkpoint, target);
}
