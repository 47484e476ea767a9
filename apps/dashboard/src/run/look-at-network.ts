import { beginPass, type Network, parametersOf, type TakenStep } from "@gradwerk/nn";
import type { arraysOf } from "@gradwerk/nn/checkpoint";
import { sizeOf, type Tensor } from "@gradwerk/tensor";
import type { LayerView, NetworkView, Numbers, WeightPicture } from "./inspection.ts";
import { leavesOf } from "./leaves.ts";
import type { StepSample } from "./protocol.ts";

/** Parameters as they were at some moment, by path. */
export type ParameterValues = Awaited<ReturnType<typeof arraysOf>>;

/** A step that was looked at while it was taken. */
export interface LookedAt {
  /** Steps done after it. */
  readonly step: number;
  readonly learningRate: number;
  readonly taken: TakenStep;
  readonly before: ParameterValues;
  readonly after: ParameterValues;
  /** The training images of its batch, and the first of them. */
  readonly rows: Uint32Array;
  readonly sample: StepSample;
}

/** Test images that dead and saturated units are looked for with. */
const lookedMost = 200;

/** Pictures of one layer. */
const picturesMost = 256;

/** How near to an end of its range a saturated unit stays, as a share of the range. */
const nearEnd = 0.02;

/** Everything that the screen of the network shows. */
export async function networkView(
  model: Network<unknown>,
  parameters: unknown,
  seen: LookedAt,
  testImages: Tensor,
): Promise<NetworkView> {
  const looked = Math.min(lookedMost, testImages.shape[0]);
  const given = await activationsOf(model, parameters, testImages.slice(0, 0, looked));
  const all = parametersOf(parameters);
  const layers = leavesOf(model).map(({ path, layer }): LayerView => {
    const { shape, activation, gradient } = seen.taken.observed[path];
    const own = all.filter(({ path: at }) => at === path || at.startsWith(`${path}.`));
    const sizeOf = (tensors: typeof own): number => tensors.reduce((sum, { tensor }) => sum + tensor.size, 0);
    return {
      path,
      name: layer.name,
      output: shape.slice(1),
      parameters: sizeOf(own),
      trainable: sizeOf(own.filter(({ path: at }) => model.isTrainable?.(at) ?? true)),
      pictures: picturesOf(path, seen),
      activation: firstOf(activation, shape),
      gradient: firstOf(gradient, shape),
      ...unitsAtRest(layer.name, given[path] ?? new Float32Array(), shape, looked),
    };
  });
  return { step: seen.step, layers, looked };
}

/** The part of a batch's numbers that belongs to its first image. */
export function firstOf(values: Numbers["values"], [batch, ...shape]: readonly number[]): Numbers {
  return { shape, values: values.slice(0, values.length / batch) };
}

async function activationsOf(
  model: Network<unknown>,
  parameters: unknown,
  images: Tensor,
): Promise<Record<string, Numbers["values"]>> {
  using _scope = images.device.openScope();
  const { pass, record } = beginPass({ training: false, observe: "all" });
  model.apply(parameters, images, pass);
  const found: Record<string, Numbers["values"]> = {};
  for (const [path, { activation }] of Object.entries(record.observed)) found[path] = await activation.data();
  return found;
}

// Weights from all pixels to a unit, [pixels, units], or kernels, [out, in, rows, columns].
function picturesOf(path: string, { after, sample }: LookedAt): WeightPicture[] {
  const parameter = `${path}.weight`;
  const found = after[parameter];
  if (found === undefined) return [];
  const { shape, values } = found;
  const [first, second, height, width] = shape;
  if (shape.length === 2 && first === sample.rows * sample.columns) {
    return Array.from({ length: Math.min(second, picturesMost) }, (_, index) => ({
      parameter,
      index,
      rows: sample.rows,
      columns: sample.columns,
      values: Float32Array.from({ length: first }, (_, pixel) => values[pixel * second + index]),
    }));
  }
  if (shape.length !== 4 || height * width === 1) return [];
  const size = height * width;
  return Array.from({ length: Math.min(first * second, picturesMost) }, (_, index) => ({
    parameter,
    index,
    rows: height,
    columns: width,
    values: Float32Array.from(values.subarray(index * size, (index + 1) * size)),
  }));
}

// Units are the channels of images, else the last axis.
function unitsAtRest(
  name: string,
  values: Numbers["values"],
  [, ...shape]: readonly number[],
  images: number,
): Pick<LayerView, "dead" | "saturated"> {
  const low = name === "tanh" ? -1 : 0;
  const isBounded = name === "sigmoid" || name === "tanh";
  if (!isBounded && name !== "relu") return { dead: [], saturated: [] };
  const size = sizeOf(shape);
  const isImage = shape.length === 3;
  const units = isImage ? shape[0] : (shape.at(-1) ?? 1);
  const unitOf = (place: number): number => (isImage ? Math.floor(place / (size / units)) : place % units);
  const margin = nearEnd * (1 - low);
  const moves = new Array<boolean>(units).fill(false);
  for (let i = 0; i < images * size; i++) {
    const value = values[i];
    const isAtRest = isBounded ? value < low + margin || value > 1 - margin : value === 0;
    if (!isAtRest) moves[unitOf(i % size)] = true;
  }
  const still = moves.flatMap((does, unit) => (does ? [] : [unit]));
  return isBounded ? { dead: [], saturated: still } : { dead: still, saturated: [] };
}
