import { formatShape, type Shape, sizeOf, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import type { Layer, LayerPart } from "../layers/layer.ts";
import { parametersOf, trainable } from "../parameters.ts";
import { formatBytes, formatCount, tableOf } from "./table.ts";

/** For which samples a summary is. */
export interface SummaryOptions {
  /** The shape of one sample. Default: that of the network; a layer by itself has none. */
  readonly input?: Shape;
  /** How many samples are in memory at once. Default: 1. */
  readonly batchSize?: number;
}

/** One layer of a model. The numbers of a container are the sums of its parts'. */
export interface SummaryRow {
  /** Where its parameters are: `2.inner`; empty for the model itself. */
  readonly path: string;
  readonly name: string;
  /** How many containers it is in. */
  readonly depth: number;
  readonly isContainer: boolean;
  /** Of one sample, before the layer and after it. */
  readonly input: Shape;
  readonly output: Shape;
  /** How many numbers the layer holds. What several layers share counts where it comes first. */
  readonly parameters: number;
  /** Those of them that gradients change. */
  readonly trainable: number;
  /** Floating-point operations of the forward pass of one sample, a multiply-add is two. */
  readonly flops: number;
  /** Of what it gives for a batch, which training keeps for the way back. A container gives what its last part does: 0. */
  readonly activationBytes: number;
}

/** A model as a table, which `toString()` draws. */
export interface Summary extends Omit<SummaryRow, "path" | "depth" | "isContainer"> {
  readonly batchSize: number;
  /** Of the parameters. */
  readonly parameterBytes: number;
  /** Each layer, a container before its parts. */
  readonly rows: readonly SummaryRow[];
  toString(): string;
}

/**
 * What the layers of a model give, hold and cost.
 *
 * @throws NnError `option` where the shape of a sample is not known, or for a batch size that is not a whole number from 1
 * up; `layer-shape` where samples do not fit
 * @example
 * console.log(`${summary(model, parameters, { batchSize: 32 })}`);
 */
export function summary<Parameters>(
  model: Layer<Parameters> & { readonly input?: Shape },
  parameters: Parameters,
  { input = model.input, batchSize = 1 }: SummaryOptions = {},
): Summary {
  if (input === undefined) {
    throw new NnError("option", `summary: what shape do samples of ${model.name} have? Give \`input\`.`);
  }
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new NnError("option", `summary: batchSize must be a whole number from 1 up, got ${batchSize}.`);
  }
  const held = heldBy(model, parameters);
  const rows = rowsOf({ path: "", layer: model as Layer<unknown> }, input, 0, { held, batchSize });
  const [{ path: _, depth: _depth, isContainer: _is, ...whole }] = rows;
  const shown = rows.length === 1 ? rows : rows.slice(1);
  const made: Summary = {
    ...whole,
    activationBytes: sum(shown, "activationBytes"),
    batchSize,
    parameterBytes: held.reduce((bytes, { tensor }) => bytes + tensor.size * bytesOf(tensor), 0),
    rows: shown,
    toString: () => drawn(made),
  };
  return made;
}

/** A tensor of the parameters, and what is to be known of it. */
interface Held {
  readonly path: string;
  readonly tensor: Tensor;
  readonly isTrainable: boolean;
}

interface Facts {
  readonly held: readonly Held[];
  readonly batchSize: number;
}

// Each tensor once.
function heldBy<Parameters>(model: Layer<Parameters>, parameters: Parameters): Held[] {
  const learned = new Set(Object.values(trainable(model, parameters)));
  const found = new Map<Tensor, Held>();
  for (const { path, tensor } of parametersOf(parameters)) {
    if (!found.has(tensor)) found.set(tensor, { path, tensor, isTrainable: learned.has(tensor) });
  }
  return [...found.values()];
}

function rowsOf({ path, layer }: LayerPart, input: Shape, depth: number, facts: Facts): SummaryRow[] {
  const { held, batchSize } = facts;
  const output = layer.outputShape(input);
  const parts = layer.parts ?? [];
  const inner = parts.flatMap((part) => {
    const place = { path: within(path, part.path), layer: part.layer };
    return rowsOf(place, part.inputShape?.(input) ?? input, depth + 1, facts);
  });
  const own = held.filter((each) => path === "" || each.path.startsWith(`${path}.`) || each.path === path);
  const count = (counted: readonly Held[]): number => counted.reduce((n, { tensor }) => n + tensor.size, 0);
  const isContainer = parts.length > 0;
  const float = held.find(({ tensor }) => tensor.dtype.startsWith("float"))?.tensor;
  const row: SummaryRow = {
    path,
    name: layer.name,
    depth,
    isContainer,
    input,
    output,
    parameters: count(own),
    trainable: count(own.filter(({ isTrainable }) => isTrainable)),
    flops:
      layer.flops?.(input) ??
      sum(
        inner.filter((each) => each.depth === depth + 1),
        "flops",
      ),
    activationBytes: isContainer ? 0 : batchSize * sizeOf(output) * (float ? bytesOf(float) : 4),
  };
  return [row, ...inner];
}

function drawn({ rows, input, output, batchSize, parameterBytes, ...all }: Summary): string {
  const lines = rows.map((row, i) => {
    const indented = `${"  ".repeat(row.depth - rows[0].depth)}${`${row.path} ${shortName(row)}`.trim()}`;
    const cells = row.isContainer ? ofItsOwn(row, rows.slice(i + 1)) : numbersOf(row);
    return [indented, formatShape(row.output), ...cells];
  });
  const heads = ["layer", "output", "parameters", "trainable", "FLOPs", "activations"];
  const table = tableOf([heads, ...lines, ["total", formatShape(output), ...numbersOf(all)]], 2);
  const batch = batchSize === 1 ? "one sample" : `${batchSize} samples`;
  const activations = `activations of ${batch} ${formatBytes(all.activationBytes)}`;
  const samples = `samples ${formatShape(input)}; parameters take ${formatBytes(parameterBytes)}, ${activations}`;
  return [...table, "", samples].join("\n");
}

type Numbers = Pick<SummaryRow, "parameters" | "trainable" | "flops" | "activationBytes">;

function numbersOf({ parameters, trainable: learned, flops, activationBytes }: Numbers): string[] {
  return [...[parameters, learned, flops].map(formatCount), formatBytes(activationBytes)];
}

// What a container has beside its parts, such as an addition, so that columns add up.
function ofItsOwn(row: SummaryRow, after: readonly SummaryRow[]): string[] {
  const end = after.findIndex(({ depth }) => depth <= row.depth);
  const parts = after.slice(0, end < 0 ? after.length : end).filter(({ depth }) => depth === row.depth + 1);
  const beside = (["parameters", "trainable", "flops"] as const).map((key) => row[key] - sum(parts, key));
  return [...beside.map((count) => (count === 0 ? "" : formatCount(count))), ""];
}

// The name of a container lists its parts, which have lines of their own.
function shortName({ name, isContainer }: SummaryRow): string {
  return isContainer ? name.replace(/\(.*$/s, "") : name;
}

function within(path: string, part: string): string {
  return path === "" ? part : `${path}.${part}`;
}

function sum(rows: readonly SummaryRow[], key: keyof Numbers): number {
  return rows.reduce((total, row) => total + row[key], 0);
}

function bytesOf({ dtype }: Tensor): number {
  return { float32: 4, float64: 8, int32: 4, uint8: 1 }[dtype];
}
