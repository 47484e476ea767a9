import { NnError } from "../errors.ts";
import type { DecodeOptions } from "../formats/safetensors.ts";
import { decodeSafetensors, encodeSafetensors } from "../formats/safetensors.ts";
import { readHeader } from "../formats/safetensors-header.ts";
import type { StoredArray, StoredArrays } from "../formats/stored-array.ts";
import { latin1Of, utf8Of } from "../formats/text.ts";
import { arraysOf } from "./arrays.ts";
import { type Json, readJson, writeJson } from "./json.ts";
import { sha256 } from "./sha256.ts";

/** The version of the format that is written, and the newest that is read. */
const newestVersion = 1;

/** What a safetensors file says under `__metadata__` to be a checkpoint. */
const formatName = "gradwerk-checkpoint";

/** The facts of a run beside its tensors. All but the step are up to whoever trains. */
export interface CheckpointFacts {
  /** Steps done. */
  readonly step: number;
  /** What wrote it, and its version: `my-app 1.2.0`. */
  readonly library?: string;
  /** Of the first weights and the order of the data. */
  readonly seed?: number;
  /** Where in the data the next step goes on, where that does not follow from the step. */
  readonly position?: Json;
  /** The state of random generators, where it does not follow from seed and step. */
  readonly random?: Json;
  /** What a schedule remembers, where the rate does not follow from the step. */
  readonly schedule?: Json;
  /** What the data was: check sums of the files, for example. */
  readonly data?: Json;
  /** The run's configuration, and whatever else there is to keep. */
  readonly config?: Json;
}

/** What goes into a checkpoint. */
export interface CheckpointContent extends CheckpointFacts {
  /** The tree of the model's parameters, with what layers count and average. */
  readonly parameters: unknown;
  /** What the optimiser remembers. Default: nothing. */
  readonly state?: unknown;
  /** Further trees by a name without dots, such as averages of the weights. */
  readonly trees?: Readonly<Record<string, unknown>>;
}

/** A checkpoint as it was read: plain values, on no device. `restore` brings it into a model. */
export interface Checkpoint extends CheckpointFacts {
  /** By path. */
  readonly parameters: StoredArrays;
  readonly state: StoredArrays;
  readonly trees: Readonly<Record<string, StoredArrays>>;
  /** What messages call it: the file's name. */
  readonly name: string;
}

const ownTrees = ["parameters", "state"];

/**
 * A run as the bytes of one safetensors file: the model's parameters as `parameters.0.weight`, the optimiser's as
 * `state....`, the facts as JSON in `__metadata__`, and a SHA-256 over all of it. The same run gives the same bytes.
 *
 * @throws NnError `checkpoint` for facts that JSON cannot keep
 * @example
 * const bytes = await encodeCheckpoint({ parameters, state, step: 1000, seed: 7, config: { hidden: 128 } });
 */
export async function encodeCheckpoint(content: CheckpointContent): Promise<Uint8Array<ArrayBuffer>> {
  const { parameters, state = [], trees = {}, ...facts } = content;
  checkFacts(facts, (problem) => new NnError("checkpoint", `encodeCheckpoint: ${problem}`));
  const tensors: [string, StoredArray][] = [];
  for (const [tree, value] of [
    ["parameters", parameters],
    ["state", state],
    ...Object.entries(trees),
  ] as const) {
    for (const [path, array] of Object.entries(await arraysOf(value)))
      tensors.push([`${tree}.${path}`, array]);
  }
  for (const tree of Object.keys(trees)) {
    if (tree !== "" && !tree.includes(".") && !ownTrees.includes(tree)) continue;
    const problem = `a tree cannot be called ${JSON.stringify(tree)}. Give it another name, without dots.`;
    throw new NnError("checkpoint", `encodeCheckpoint: ${problem}`);
  }
  const unknownSum = "0".repeat(64);
  const bytes = encodeSafetensors(Object.fromEntries(tensors), {
    sha256: unknownSum,
    format: formatName,
    version: `${newestVersion}`,
    facts: writeJson(withoutUndefined(facts)),
  });
  const sum = await sumOf(bytes, "checkpoint");
  // It comes first in the header; a text with quotes of its own has them escaped.
  const place = latin1Of(bytes.subarray(0, 200)).indexOf(unknownSum);
  bytes.set(utf8Of(sum), place);
  return bytes;
}

/**
 * Reads a checkpoint and checks that it is whole: every bit that was written counts.
 *
 * @throws NnError `format` for bytes that are no safetensors file, such as one cut short; `checkpoint` for other such
 * files, `checkpoint-version` for one of a newer version, `checkpoint-damaged` where the check sum does not match
 * @example
 * const checkpoint = await decodeCheckpoint(bytes, { name: "run.safetensors" });
 * restore(checkpoint, { parameters, state });
 */
export async function decodeCheckpoint(
  bytes: Uint8Array,
  { name = "checkpoint" }: DecodeOptions = {},
): Promise<Checkpoint> {
  const { tensors, metadata } = decodeSafetensors(bytes, { name });
  if (metadata.format !== formatName) {
    throw new NnError(
      "checkpoint",
      `${name}: a safetensors file, but no checkpoint: its metadata lacks "format": "${formatName}". ` +
        "Weights alone come into a model with assignArrays or fromPyTorch.",
    );
  }
  checkVersion(metadata.version, name);
  const sum = await sumOf(bytes, name);
  if (sum !== metadata.sha256) {
    throw new NnError(
      "checkpoint-damaged",
      `${name}: damaged: expected the SHA-256 ${metadata.sha256}, found ${sum}. Use an earlier checkpoint, or start anew.`,
    );
  }
  const trees = new Map<string, [string, StoredArray][]>();
  for (const [path, array] of Object.entries(tensors)) {
    const dot = path.indexOf(".");
    if (dot < 1)
      throw new NnError("checkpoint", `${name}: the tensor ${JSON.stringify(path)} belongs to no tree.`);
    const tree = path.slice(0, dot);
    const arrays = trees.get(tree) ?? [];
    arrays.push([path.slice(dot + 1), array]);
    trees.set(tree, arrays);
  }
  const {
    parameters = {},
    state = {},
    ...others
  } = Object.fromEntries([...trees].map(([tree, arrays]) => [tree, Object.fromEntries(arrays)] as const));
  return { ...readFacts(metadata.facts, name), parameters, state, trees: others, name };
}

function checkVersion(version: string | undefined, name: string): void {
  if (version !== undefined && /^[1-9]\d{0,8}$/.test(version)) {
    if (Number(version) <= newestVersion) return;
    throw new NnError(
      "checkpoint-version",
      `${name}: a checkpoint of version ${version}; this library reads up to ${newestVersion}. Update it.`,
    );
  }
  throw new NnError(
    "checkpoint",
    `${name}: expected the version of the checkpoint, found ${JSON.stringify(version)}.`,
  );
}

// Of the tensors' bytes, then of that with everything that the header says, the sum itself left out.
async function sumOf(bytes: Uint8Array, file: string): Promise<string> {
  const { entries, metadata, dataStart } = readHeader(bytes, file);
  const data = await sha256(bytes.subarray(dataStart));
  const header = [
    data,
    ...[...metadata].filter(([key]) => key !== "sha256"),
    ...entries.map(({ name, kind, shape, start }) => [name, kind, shape, start - dataStart]),
  ];
  return sha256(utf8Of(JSON.stringify(header)));
}

function readFacts(text: string | undefined, name: string): CheckpointFacts {
  const facts = text === undefined ? undefined : readJson(text);
  const refuse = (problem: string): NnError => new NnError("checkpoint", `${name}: ${problem}`);
  if (typeof facts !== "object" || facts === null || Array.isArray(facts)) {
    throw refuse("expected the facts of a run as a JSON object in the metadata, found something else.");
  }
  const { step, library, seed, position, random, schedule, data, config } = facts as {
    readonly [key: string]: Json;
  };
  const known = {
    step,
    library,
    seed,
    position,
    random,
    schedule,
    data,
    config,
  } as unknown as CheckpointFacts;
  checkFacts(known, refuse);
  return withoutUndefined(known) as unknown as CheckpointFacts;
}

function checkFacts({ step, library, seed }: CheckpointFacts, refuse: (problem: string) => NnError): void {
  if (!Number.isSafeInteger(step) || step < 0) {
    throw refuse(`step must be a whole number from 0 up, got ${JSON.stringify(step)}.`);
  }
  if (seed !== undefined && !Number.isFinite(seed))
    throw refuse(`seed must be a number, got ${JSON.stringify(seed)}.`);
  if (library !== undefined && typeof library !== "string") {
    throw refuse(`library must be a text, got ${JSON.stringify(library)}.`);
  }
}

function withoutUndefined(facts: CheckpointFacts): { readonly [key: string]: Json } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
