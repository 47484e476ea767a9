import type { DType, FusedKernelSignatures, View, Window2dAttributes } from "@gradwerk/tensor/backend";
import { findChainBreach } from "./chain-contract.ts";
import { isRowMajor, positions } from "./contract.ts";

/** One call of a fused kernel. */
export interface FusedCall {
  readonly kernel: keyof FusedKernelSignatures;
  readonly out: readonly View[];
  readonly inputs: readonly View[];
  readonly attributes: object;
}

/**
 * What each kernel takes and gives, one word per view: a letter is the size of an axis and the same everywhere in the
 * call, a digit stands for itself, `.` is a view of one element, `*` any shape but one for all. After a colon the
 * dtype: int32, uint8 or any; else a float. A view in brackets may be missing.
 */
const forms: Readonly<Record<Exclude<keyof FusedKernelSignatures, "elementwise">, string>> = {
  linear: "BI IO O -> BO",
  linearBackward: "BO BI IO BO -> IO O (BI)",
  sparseLinear: "NI:uint8 B:int32 IO O -> BO",
  sparseLinearGradient: "NI:uint8 B:int32 BO -> IO",
  gatherScaled: "NI:uint8 B:int32 -> BI",
  sparseLinearSgdUpdate: "NI:uint8 B:int32 BO . -> IO",
  softmax: "BN -> BN",
  softmaxCrossEntropy: "BC B:int32 -> B BC",
  softmaxCrossEntropyBackward: "B BC B:int32 -> BC",
  sgdUpdate: "* . -> * (*)",
  adamUpdate: "* . . -> * * *",
  layerNorm: "BN N N -> BN B B",
  layerNormBackward: "BN BN N B B -> BN N N",
  batchNorm: "BCN C C -> BCN C C",
  batchNormBackward: "BCN BCN C C C -> BCN C C",
  randomBits: "2:int32 2:int32 -> N:int32",
  dropout: "* 2:int32 2:int32 -> *",
  conv2d: "BCHW OGKL (O) -> BOPQ",
  conv2dBackwardInput: "BOPQ OGKL -> BCHW",
  conv2dBackwardWeight: "BOPQ BCHW -> OGKL",
  pool2d: "BCHW -> BCPQ",
  pool2dBackward: "BCPQ BCHW -> BCHW",
  argsort: "BN:any -> BN:int32",
};

/** Kernels whose destinations hold the old values: an update by nothing leaves them. */
const inPlace: ReadonlySet<string> = new Set(["sgdUpdate", "adamUpdate", "sparseLinearSgdUpdate"]);

/** The first thing in a call of a fused kernel that the contract in `fused-kernels.ts` rules out, or `undefined`. */
export function findFusedBreach({ kernel, out, inputs, attributes }: FusedCall): string | undefined {
  if (kernel === "elementwise") {
    return findChainBreach(out, inputs, attributes as FusedKernelSignatures["elementwise"]["attributes"]);
  }
  const views = [...inputs, ...out];
  for (const view of views) {
    if (!isRowMajor(view)) return `a view is not contiguous: [${view.shape}] with strides [${view.strides}]`;
    if (positions(view).some((place) => !(place >= 0 && place < view.buffer.length))) {
      return "a view reaches beyond its buffer";
    }
  }
  for (const [i, target] of out.entries()) {
    const written = new Set(positions(target));
    const others = [...inputs, ...out.slice(0, i)].filter(({ buffer }) => buffer === target.buffer);
    if (others.some((view) => positions(view).some((place) => written.has(place)))) {
      return "a destination overlaps another view";
    }
  }
  if (!inPlace.has(kernel) && inputs.some(isEmpty) && !out.every(isEmpty)) {
    return "an input is empty, but not every destination";
  }
  return findWrongForm(kernel, out, inputs) ?? findWrongWindows(kernel, out, inputs, attributes);
}

function isEmpty({ shape }: View): boolean {
  return shape.includes(0);
}

function findWrongForm(
  kernel: keyof typeof forms,
  out: readonly View[],
  inputs: readonly View[],
): string | undefined {
  const [given, made] = forms[kernel].split(" -> ").map((side) => side.split(" "));
  const isRequired = (word: string): boolean => !word.startsWith("(");
  for (const [what, views, words] of [
    ["inputs", inputs, given],
    ["destinations", out, made],
  ] as const) {
    const fewest = words.filter(isRequired).length;
    if (views.length < fewest || views.length > words.length) return `${views.length} ${what}`;
  }
  const sizes = new Map<string, number>();
  const floats = new Set<DType>();
  const words = [...given.slice(0, inputs.length), ...made].map((word) => word.replace(/[()]/g, ""));
  for (const [i, view] of [...inputs, ...out].entries()) {
    const [axes, dtype = "float"] = words[i].split(":");
    const { dtype: found } = view.buffer;
    if (dtype === "float") floats.add(found);
    else if (dtype !== "any" && dtype !== found) return `view ${i} is ${found} instead of ${dtype}`;
    if (!fits(view.shape, axes, sizes)) return `view ${i} has shape [${view.shape}] instead of ${words[i]}`;
  }
  const areFloats = [...floats].every((dtype) => dtype === "float32" || dtype === "float64");
  return areFloats && floats.size <= 1 ? undefined : `floats of dtypes ${[...floats]}`;
}

function fits(shape: readonly number[], axes: string, sizes: Map<string, number>): boolean {
  if (axes === ".") return shape.every((extent) => extent === 1);
  // All views of any shape must have the same one: it is remembered like the size of an axis.
  const parts: [string, number][] =
    axes === "*"
      ? [["rank", shape.length], ...shape.map((extent, axis): [string, number] => [`axis ${axis}`, extent])]
      : [...axes].map((letter, axis) => [letter, shape[axis]]);
  if (axes !== "*" && axes.length !== shape.length) return false;
  return parts.every(([name, size]) => {
    const known = /\d/.test(name) && name.length === 1 ? Number(name) : (sizes.get(name) ?? size);
    sizes.set(name, known);
    return known === size;
  });
}

/** Where images and windows are in the views of the kernels that slide a window. */
function findWrongWindows(
  kernel: keyof FusedKernelSignatures,
  out: readonly View[],
  inputs: readonly View[],
  attributes: object,
): string | undefined {
  if (!/^(conv2d|pool2d)/.test(kernel)) return undefined;
  const window = attributes as Window2dAttributes & { size?: readonly number[]; groups?: number };
  const parts: Record<string, [image: View, result: View, weight?: View]> = {
    conv2d: [inputs[0], out[0], inputs[1]],
    conv2dBackwardInput: [out[0], inputs[0], inputs[1]],
    conv2dBackwardWeight: [inputs[1], inputs[0], out[0]],
    pool2d: [inputs[0], out[0]],
    pool2dBackward: [inputs[1], inputs[0]],
  };
  const [image, result, weight] = parts[kernel];
  const size = window.size ?? weight?.shape.slice(2) ?? [];
  for (const i of [0, 1]) {
    const reach = window.dilation[i] * (size[i] - 1) + 1;
    const count = Math.floor((image.shape[2 + i] + 2 * window.padding[i] - reach) / window.stride[i]) + 1;
    if (count !== result.shape[2 + i]) return `${result.shape[2 + i]} windows instead of ${count}`;
  }
  if (weight !== undefined && weight.shape[1] * (window.groups ?? 0) !== image.shape[1]) {
    return `${window.groups} groups of ${weight.shape[1]} channels in ${image.shape[1]}`;
  }
  return undefined;
}
