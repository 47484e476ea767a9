import { type DType, type ReduceKernelOp, reduceKernelOps } from "@gradwerk/tensor/backend";
import type { KernelCall } from "../kernel-call.ts";
import { placesOf } from "../oracle/places.ts";
import { corners, randomElements } from "../samples.ts";
import { exactly, roundoff, sumBound, ulp } from "../tolerance.ts";
import { inputLayouts, inputView, outputView } from "../views.ts";
import { allDTypes, type CallGroup, isFloat } from "./call-group.ts";

/** `[outer, axis, inner]`: short and long in each place, around the widths of vectors. */
const lineShapes: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [3, 1, 1],
  [1, 5, 1],
  [1, 16, 1],
  [2, 31, 1],
  [4, 1, 7],
  [1, 7, 13],
  [3, 5, 8],
  [2, 3, 33],
  [5, 4, 3],
  [1, 1021, 1],
  [1021, 2, 1],
  [1, 3, 1021],
  [1, 100_003, 1],
  [257, 409, 1],
  [1, 409, 257],
  [0, 3, 2],
  [2, 3, 0],
];

function* callsOf(
  kernel: "reduce" | "argReduce",
  dtype: DType,
  attributes: { readonly op: string },
  elements: (place: number) => number,
): Iterable<[string, KernelCall]> {
  const call = (shape: readonly number[], layout: (typeof inputLayouts)[number]): KernelCall => ({
    kernel,
    attributes,
    out: outputView(kernel === "reduce" ? dtype : "int32", [shape[0], shape[2]]),
    inputs: [inputView(dtype, layout, shape, elements)],
  });
  const canBeEmpty = kernel === "reduce" && (attributes.op === "sum" || attributes.op === "prod");
  for (const shape of [
    ...lineShapes,
    ...(canBeEmpty
      ? [
          [3, 0, 2],
          [1, 0, 1],
        ]
      : []),
  ]) {
    yield [`[${shape}]`, call(shape, "contiguous")];
  }
  for (const layout of inputLayouts) {
    for (const shape of [
      [3, 5, 7],
      [1, 19, 1],
      [6, 9, 1],
    ]) {
      yield [`${layout} [${shape}]`, call(shape, layout)];
    }
  }
}

// Lines that each hold one special number among plain ones.
function* cornerCalls(
  kernel: "reduce" | "argReduce",
  dtype: DType,
  attributes: { readonly op: string },
): Iterable<[string, KernelCall]> {
  const special = corners(dtype);
  const plain = randomElements(dtype, 22, dtype === "uint8" ? [0, 9] : [-3, 3]);
  for (const length of [1, 2, 9]) {
    const shape = [special.length, length, 1];
    const elements = (place: number): number => {
      const [line, n] = [Math.floor(place / length), place % length];
      return n === line % length ? special[line] : plain(place);
    };
    yield [
      `corners [${shape}]`,
      {
        kernel,
        attributes,
        out: outputView(kernel === "reduce" ? dtype : "int32", [shape[0], 1]),
        inputs: [inputView(dtype, "contiguous", shape, elements)],
      },
    ];
  }
}

function reduceElements(op: ReduceKernelOp, dtype: DType): (place: number) => number {
  if (dtype === "uint8") return randomElements(dtype, 20, [0, 256]);
  if (dtype === "int32") return randomElements(dtype, 20, [-(2 ** 31), 2 ** 31]);
  // Products of numbers near 1 neither overflow nor vanish.
  return randomElements(dtype, 20, op === "prod" ? [0.97, 1.03] : [-2, 2]);
}

const reduceGroups: CallGroup[] = reduceKernelOps.flatMap((op) =>
  allDTypes.map(
    (dtype): CallGroup => ({
      kernel: "reduce",
      op,
      dtype,
      signedZeros: false,
      *calls() {
        yield* callsOf("reduce", dtype, { op }, reduceElements(op, dtype));
        yield* cornerCalls("reduce", dtype, { op });
      },
      allowed(call) {
        if (!isFloat(dtype) || op === "max" || op === "min") return () => exactly;
        const [x] = call.inputs;
        const [, length, inner] = x.shape;
        if (op === "prod") {
          return (_, expected) =>
            8 * Math.sqrt(Math.max(length, 1)) * roundoff(dtype) * Math.abs(expected) + ulp(dtype, 0);
        }
        const places = placesOf(x);
        return (place) => {
          const [o, i] = [Math.floor(place / inner), place % inner];
          let magnitude = 0;
          for (let n = 0; n < length; n++) {
            magnitude += Math.abs(x.content[places[(o * length + n) * inner + i]]);
          }
          return sumBound(dtype, length, magnitude);
        };
      },
    }),
  ),
);

const argReduceGroups: CallGroup[] = (["max", "min"] as const).flatMap((op) =>
  allDTypes.map(
    (dtype): CallGroup => ({
      kernel: "argReduce",
      op,
      dtype,
      signedZeros: false,
      *calls() {
        // Few different numbers, so that the first of equals has to be found.
        const range = dtype === "uint8" ? ([0, 5] as const) : ([-3, 3] as const);
        const few = randomElements("int32", 21, range);
        yield* callsOf("argReduce", dtype, { op }, few);
        yield* callsOf("argReduce", dtype, { op }, reduceElements("max", dtype));
        yield* cornerCalls("argReduce", dtype, { op });
      },
      allowed: () => () => exactly,
    }),
  ),
);

/** Kernels that make one number of each line. */
export const reductionGroups: readonly CallGroup[] = [...reduceGroups, ...argReduceGroups];
