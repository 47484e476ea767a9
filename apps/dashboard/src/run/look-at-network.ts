import {
  beginPass,
  type LayerPart,
  type NamedParameter,
  type Network,
  parametersOf,
  type TakenStep,
} from "@gradwerk/nn";
import type { arraysOf } from "@gradwerk/nn/checkpoint";
import { sizeOf, type Tensor } from "@gradwerk/tensor";
import { type Captured, capture } from "@gradwerk/tensor/capture";
import type { LayerView, NetworkView, Numbers } from "./inspection.ts";
import { leavesOf } from "./leaves.ts";
import { pixelEvidence } from "./pixel-evidence.ts";
import type { StepSample } from "./protocol.ts";
import { weightPictures } from "./weight-pictures.ts";

/** Parameters as they were at some moment, by path. */
export type ParameterValues = Awaited<ReturnType<typeof arraysOf>>;

/** A step that was looked at while it was taken. */
export interface LookedAt {
  /** Steps done after it. */
  readonly step: number;
  readonly learningRate: number;
  readonly taken: TakenStep;
  /** Where the run began here, before this step, and after it. */
  readonly first: ParameterValues;
  readonly before: ParameterValues;
  readonly after: ParameterValues;
  /** The training images of its batch, and the first of them. */
  readonly rows: Uint32Array;
  readonly sample: StepSample;
}

/** The network that is looked at, whose parameters go on learning. */
export interface NetworkLookSetting {
  readonly model: Network<unknown>;
  readonly parameters: unknown;
  readonly testImages: Tensor;
  /** Grey images as the network takes them, `[count, ...]`. */
  readonly inputsOf: (pixels: Uint8Array, count: number) => Tensor;
  /** How many outputs name a class; 0 where an image comes out. */
  readonly classes: number;
}

/** Test images that dead and saturated units are looked for with. */
const lookedMost = 200;

/** Classes whose evidence is told. */
const classesMost = 64;

/** Weights of a layer that are told one by one. */
const weightsMost = 32_768;

/** How near to an end of its range a saturated unit stays, as a share of the range. */
const nearEnd = 0.02;

/** What a network is looked at with: two passes that are traced once, as steps are. */
export class NetworkLook {
  readonly #setting: NetworkLookSetting;
  readonly #activations: Captured<[Tensor], Record<string, Tensor>>;
  readonly #evidence: Captured<[Tensor, Tensor], Tensor>;

  constructor(setting: NetworkLookSetting) {
    this.#setting = setting;
    const { model, parameters, testImages } = setting;
    const { device } = testImages;
    this.#activations = capture(device, (images: Tensor) => activationsOf(model, parameters, images));
    this.#evidence = capture(device, pixelEvidence(model, parameters));
  }

  /** Everything that the screen of the network shows of a step. */
  async view(seen: LookedAt): Promise<NetworkView> {
    const { model, parameters, testImages } = this.#setting;
    const looked = Math.min(lookedMost, testImages.shape[0]);
    const given = await this.#activationsOf(testImages, looked);
    const all = parametersOf(parameters);
    const leaves = leavesOf(model);
    const hasWeights = ({ path }: LayerPart): boolean =>
      all.some(({ path: at }) => at.startsWith(`${path}.`));
    const layers = leaves.map(({ path, layer }, place): LayerView => {
      const { shape, activation, gradient } = seen.taken.observed[path];
      const own = all.filter(({ path: at }) => at.startsWith(`${path}.`));
      const isFirst = !leaves.slice(0, place).some(hasWeights);
      const before = leaves[place - 1]?.layer.name ?? "";
      return {
        path,
        name: layer.name,
        output: shape.slice(1),
        parameters: countOf(own),
        trainable: countOf(own.filter(({ path: at }) => model.isTrainable?.(at) ?? true)),
        ...weightPictures({ path, name: layer.name, isFirst, before }, seen),
        ...denseWeights(path, seen, isFirst),
        activation: firstOf(activation, shape),
        gradient: firstOf(gradient, shape),
        ...unitsAtRest(layer.name, given[path] ?? new Float32Array(), shape, looked),
      };
    });
    return { step: seen.step, sample: seen.sample, layers, evidence: await this.#evidenceOf(seen), looked };
  }

  dispose(): void {
    this.#activations.dispose();
    this.#evidence.dispose();
  }

  async #activationsOf(images: Tensor, count: number): Promise<Record<string, Numbers["values"]>> {
    using _scope = images.device.openScope();
    const found: Record<string, Numbers["values"]> = {};
    const given = this.#activations(images.slice(0, 0, count));
    for (const [path, activation] of Object.entries(given)) found[path] = await activation.data();
    return found;
  }

  async #evidenceOf({ sample: { rows, columns, pixels } }: LookedAt): Promise<Numbers[]> {
    const { testImages, inputsOf, classes } = this.#setting;
    if (classes === 0 || classes > classesMost) return [];
    const { device, dtype } = testImages;
    using _scope = device.openScope();
    const size = rows * columns;
    const copies = Uint8Array.from({ length: classes * size }, (_, place) => pixels[place % size]);
    const own = device.tensor(
      Float64Array.from({ length: classes ** 2 }, (_, place) => (place % (classes + 1) === 0 ? 1 : 0)),
      { shape: [classes, classes], dtype },
    );
    const values = await this.#evidence(inputsOf(copies, classes), own).data();
    return Array.from({ length: classes }, (_, index) => ({
      shape: [rows, columns],
      values: values.slice(index * size, (index + 1) * size),
    }));
  }
}

function countOf(parameters: readonly NamedParameter[]): number {
  return parameters.reduce((sum, { tensor }) => sum + tensor.size, 0);
}

function activationsOf(model: Network<unknown>, parameters: unknown, images: Tensor): Record<string, Tensor> {
  const { pass, record } = beginPass({ training: false, observe: "all" });
  model.apply(parameters, images, pass);
  return Object.fromEntries(
    Object.entries(record.observed).map(([path, { activation }]) => [path, activation]),
  );
}

/** The part of a batch's numbers that belongs to its first image. */
export function firstOf(values: Numbers["values"], [batch, ...shape]: readonly number[]): Numbers {
  return { shape, values: values.slice(0, values.length / batch) };
}

function denseWeights(
  path: string,
  { after }: LookedAt,
  isFirst: boolean,
): Pick<LayerView, "weights" | "bias"> {
  const weight = after[`${path}.weight`];
  const bias = after[`${path}.bias`]?.values;
  if (weight?.shape.length !== 2 || bias === undefined) return {};
  const isTold = !isFirst && weight.values.length <= weightsMost;
  return { bias, ...(isTold && { weights: { shape: weight.shape, values: weight.values } }) };
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
