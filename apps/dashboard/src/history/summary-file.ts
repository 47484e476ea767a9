import * as v from "valibot";
import type { Json, RunSummary } from "./record.ts";

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const seconds = v.pipe(v.number(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(10_000));

/** Values of any form, but no deeper than what walks through them can take. */
const config: v.GenericSchema<unknown, Readonly<Record<string, Json>>> = v.record(
  v.string(),
  v.custom<Json>((value) => isShallow(value, 8), "is nested deeper than 8 levels"),
);

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}

const info = v.object({
  preset: text,
  digits: v.array(count),
  dataSet: text,
  architecture: text,
  outputs: v.picklist(["shares", "logits", "image"]),
  learningRate: v.number(),
  seed: v.number(),
  batchSize: count,
  optimizer: text,
  steps: count,
  evaluateEvery: count,
  trainCount: count,
  testCount: count,
  testIsUnseen: v.boolean(),
  backend: v.object({ name: text, dtype: text, threads: count, simd: text }),
  dataSource: text,
  sha256: v.record(v.string(), text),
});

const environment = v.object({
  gradwerk: text,
  node: text,
  platform: text,
  cpu: text,
  cores: count,
  memoryBytes: count,
});

const ending = v.object({
  steps: count,
  loss: v.number(),
  accuracy: v.optional(v.number()),
  seconds: v.object({ train: seconds, evaluate: seconds, total: seconds }),
});

/** What `run.json` must hold, besides its format. */
export const summarySchema: v.GenericSchema<unknown, Omit<RunSummary, "id"> & { readonly pid?: number }> =
  v.object({
    name: v.optional(text),
    watched: v.optional(v.boolean()),
    started: v.pipe(text, v.isoTimestamp()),
    status: v.picklist(["running", "finished", "interrupted", "failed"]),
    config,
    info,
    environment,
    ending: v.optional(ending),
    failure: v.optional(text),
    pid: v.optional(v.pipe(count, v.minValue(1))),
  });
