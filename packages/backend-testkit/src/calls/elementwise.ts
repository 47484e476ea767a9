import {
  type BinaryKernelOp,
  binaryKernelOps,
  type CompareKernelOp,
  compareKernelOps,
  type DType,
  type UnaryKernelOp,
  unaryKernelOps,
} from "@gradwerk/tensor/backend";
import type { KernelCall } from "../kernel-call.ts";
import { cornerElements, corners, largeShape, type Range, randomElements, shapes } from "../samples.ts";
import { binaryUlps, exactly, ulp, unaryUlps } from "../tolerance.ts";
import { type InputLayout, inputLayouts, inputView, outputView } from "../views.ts";
import { allDTypes, type CallGroup, floatDTypes, isFloat } from "./call-group.ts";

type Elements = (place: number) => number;

/** What one elementwise kernel is tried on: where its inputs come from, and how calls are put together. */
interface Plan {
  /** The dtype of each input. */
  readonly inputs: readonly DType[];
  readonly out: DType;
  /** Numbers for each input, for the tries over sizes and layouts. */
  readonly plain: readonly Elements[];
  /** Numbers for each input at which implementations differ, and how many there are. */
  readonly corners: { readonly elements: readonly Elements[]; readonly count: number };
  readonly attributes: object;
  readonly kernel: KernelCall["kernel"];
  /** Whether an input of the output's dtype may be the output itself. */
  readonly inPlace: boolean;
}

function* callsOf(plan: Plan): Iterable<[string, KernelCall]> {
  const { kernel, attributes } = plan;
  const call = (
    shape: readonly number[],
    layouts: readonly InputLayout[],
    elements: readonly Elements[],
  ): KernelCall => ({
    kernel,
    attributes,
    out: outputView(plan.out, shape),
    inputs: plan.inputs.map((dtype, i) => inputView(dtype, layouts[i], shape, elements[i])),
  });
  const alike = (layout: InputLayout): InputLayout[] => plan.inputs.map(() => layout);
  for (const shape of [...shapes, largeShape]) {
    yield [`[${shape}]`, call(shape, alike("contiguous"), plan.plain)];
  }
  for (const layout of inputLayouts) {
    for (const shape of [[13], [5, 7], [3, 5, 7], [2, 3, 1, 5]]) {
      yield [`${layout} [${shape}]`, call(shape, alike(layout), plan.plain)];
    }
  }
  if (plan.inputs.length > 1) {
    yield ["a matrix and its transpose [7, 7]", withItsTranspose(call([7, 7], alike("offset"), plan.plain))];
    for (const [i, layout] of inputLayouts.entries()) {
      const mixed = plan.inputs.map((_, k) => inputLayouts[(i + 2 * k) % inputLayouts.length]);
      yield [`${mixed.join(" and ")} [9, 11]`, call([9, 11], mixed, plan.plain)];
      const oneStretched = plan.inputs.map((_, k) => (k === i % plan.inputs.length ? "stretched" : layout));
      yield [`${oneStretched.join(" and ")} [6, 17]`, call([6, 17], oneStretched, plan.plain)];
    }
  }
  const { elements, count } = plan.corners;
  yield [`corners [${count}]`, call([count], alike("contiguous"), elements)];
  yield [`corners reversed [${count}]`, call([count], alike("reversed"), elements)];
  for (const [i, dtype] of plan.inputs.entries()) {
    if (!plan.inPlace || dtype !== plan.out) continue;
    for (const shape of [[1], [37], [3, 5, 7]]) {
      const input = outputView(dtype, shape, plan.plain[i]);
      const { inputs } = call(shape, alike("contiguous"), plan.plain);
      yield [`in place [${shape}]`, { kernel, attributes, out: input, inputs: inputs.with(i, input) }];
    }
  }
}

// The last two inputs lie on one buffer.
function withItsTranspose(call: KernelCall): KernelCall {
  const matrix = call.inputs[call.inputs.length - 2];
  return { ...call, inputs: call.inputs.with(-1, { ...matrix, strides: matrix.strides.toReversed() }) };
}

// Where results say something: inside the domain, and where float32 neither overflows nor vanishes.
const unaryRanges: Readonly<Partial<Record<UnaryKernelOp, Range>>> = {
  sqrt: [0, 100],
  exp: [-80, 80],
  expm1: [-10, 10],
  log: [1e-6, 100],
  log1p: [-0.999, 10],
  sin: [-100, 100],
  cos: [-100, 100],
  tanh: [-6, 6],
  erf: [-5, 5],
  sigmoid: [-30, 30],
  floor: [-100, 100],
  ceil: [-100, 100],
  round: [-100, 100],
};

/** Beyond this no result is promised but one from -1 to 1: reducing the argument takes digits that few keep. */
const largestAngle = 8192;

function unaryCorners(op: UnaryKernelOp, dtype: DType): Elements {
  const values = corners(dtype);
  const bounded =
    op === "sin" || op === "cos"
      ? values.map((value) =>
          Math.abs(value) > largestAngle && Number.isFinite(value) ? value % largestAngle : value,
        )
      : values;
  return (place) => bounded[place % bounded.length];
}

const unaryGroups: CallGroup[] = unaryKernelOps.flatMap((op) =>
  (["neg", "abs", "sign"].includes(op) ? ([...floatDTypes, "int32"] as const) : floatDTypes).map(
    (dtype): CallGroup => ({
      kernel: "unary",
      op,
      dtype,
      signedZeros: isFloat(dtype) && op !== "sign",
      calls: () =>
        callsOf({
          kernel: "unary",
          attributes: { op },
          inputs: [dtype],
          out: dtype,
          plain: [randomElements(dtype, 1, dtype === "int32" ? [-1e9, 1e9] : unaryRanges[op])],
          corners: { elements: [unaryCorners(op, dtype)], count: corners(dtype).length },
          inPlace: true,
        }),
      allowed: () => (_, expected) =>
        isFloat(dtype) ? unaryUlps[op][dtype] * ulp(dtype, expected) : exactly,
    }),
  ),
);

const bitOps: readonly BinaryKernelOp[] = ["xor", "shiftRight", "mulHigh"];

function binaryDTypes(op: BinaryKernelOp): readonly DType[] {
  if (bitOps.includes(op)) return ["int32"];
  return op === "div" || op === "pow" ? floatDTypes : allDTypes;
}

function binaryElements(op: BinaryKernelOp, dtype: DType): [Elements, Elements] {
  if (op === "shiftRight")
    return [randomElements(dtype, 2, [-(2 ** 31), 2 ** 31]), randomElements(dtype, 3, [0, 32])];
  if (dtype === "uint8") return [randomElements(dtype, 2, [0, 256]), randomElements(dtype, 3, [0, 256])];
  if (dtype === "int32") {
    return [randomElements(dtype, 2, [-(2 ** 31), 2 ** 31]), randomElements(dtype, 3, [-(2 ** 31), 2 ** 31])];
  }
  const base: Range = op === "pow" ? [0.1, 4] : [-3, 3];
  return [randomElements(dtype, 2, base), randomElements(dtype, 3)];
}

// Every corner meets every corner.
function pairs(op: BinaryKernelOp, dtype: DType): Plan["corners"] {
  const first = corners(dtype);
  const second = op === "shiftRight" ? [0, 1, 5, 8, 31] : first;
  return {
    count: first.length * second.length,
    elements: [
      (place) => first[Math.floor(place / second.length) % first.length],
      (place) => second[place % second.length],
    ],
  };
}

const binaryGroups: CallGroup[] = binaryKernelOps.flatMap((op) =>
  binaryDTypes(op).map(
    (dtype): CallGroup => ({
      kernel: "binary",
      op,
      dtype,
      // Of two zeros with different signs either may be the larger.
      signedZeros: isFloat(dtype) && op !== "minimum" && op !== "maximum",
      calls: () =>
        callsOf({
          kernel: "binary",
          attributes: { op },
          inputs: [dtype, dtype],
          out: dtype,
          plain: binaryElements(op, dtype),
          corners: pairs(op, dtype),
          inPlace: true,
        }),
      allowed: () => (_, expected) => {
        if (!isFloat(dtype)) return exactly;
        // A power is as wrong as its logarithm times its exponent.
        const growth =
          op === "pow" && expected !== 0 ? Math.max(1, Math.abs(Math.log(Math.abs(expected)))) : 1;
        return binaryUlps[op][dtype] * growth * ulp(dtype, expected);
      },
    }),
  ),
);

const compareGroups: CallGroup[] = compareKernelOps.flatMap((op: CompareKernelOp) =>
  allDTypes.map(
    (dtype): CallGroup => ({
      kernel: "compare",
      op,
      dtype,
      signedZeros: false,
      calls: () =>
        callsOf({
          kernel: "compare",
          attributes: { op },
          inputs: [dtype, dtype],
          out: "uint8",
          // Few different numbers, so that many are equal.
          plain: [
            randomElements("int32", 4, dtype === "uint8" ? [0, 3] : [-2, 2]),
            randomElements("int32", 5, dtype === "uint8" ? [0, 3] : [-2, 2]),
          ],
          corners: pairs("add", dtype),
          inPlace: false,
        }),
      allowed: () => () => exactly,
    }),
  ),
);

const whereGroups: CallGroup[] = allDTypes.map(
  (dtype): CallGroup => ({
    kernel: "where",
    op: "",
    dtype,
    signedZeros: isFloat(dtype),
    calls: () =>
      callsOf({
        kernel: "where",
        attributes: {},
        inputs: ["uint8", dtype, dtype],
        out: dtype,
        plain: [
          randomElements("uint8", 6, [0, 3]),
          randomElements(dtype, 7, [0, 100]),
          randomElements(dtype, 8, [100, 200]),
        ],
        corners: {
          elements: [(place) => place % 2, cornerElements(dtype), cornerElements(dtype, 1)],
          count: corners(dtype).length,
        },
        inPlace: true,
      }),
    allowed: () => () => exactly,
  }),
);

const castGroups: CallGroup[] = allDTypes.flatMap((from) =>
  allDTypes
    .filter((to) => to !== from)
    .map(
      (to): CallGroup => ({
        kernel: "cast",
        op: `from ${from}`,
        dtype: to,
        signedZeros: isFloat(from) && isFloat(to),
        calls: () =>
          callsOf({
            kernel: "cast",
            attributes: {},
            inputs: [from],
            out: to,
            plain: [randomElements(from, 9, from === "uint8" ? [0, 256] : [-300, 300])],
            corners: { elements: [(place) => castCorners(from)[place]], count: castCorners(from).length },
            inPlace: false,
          }),
        allowed: () => () => exactly,
      }),
    ),
);

// Halves and ends of ranges, beside the usual.
function castCorners(from: DType): readonly number[] {
  const extra = isFloat(from)
    ? [255.9, 256, -0.9, 2 ** 31, -(2 ** 31) - 1, 2 ** 31 - 1, 1 + 2 ** -24, 1 + 3 * 2 ** -24, 2 ** 24 + 1]
    : [];
  return [...corners(from), ...(from === "float32" ? extra.map(Math.fround) : extra)];
}

const copyGroups: CallGroup[] = allDTypes.map(
  (dtype): CallGroup => ({
    kernel: "copy",
    op: "",
    dtype,
    signedZeros: isFloat(dtype),
    *calls() {
      yield* callsOf({
        kernel: "copy",
        attributes: {},
        inputs: [dtype],
        out: dtype,
        plain: [randomElements(dtype, 10, [0, 200])],
        corners: { elements: [cornerElements(dtype)], count: corners(dtype).length },
        inPlace: false,
      });
      // The destination of a copy may have gaps, and its axes in any order.
      for (const outLayout of ["transposed", "sliced", "reversed"] as const) {
        for (const layout of inputLayouts) {
          const shape = [4, 5, 6];
          yield [
            `${layout} to ${outLayout} [${shape}]`,
            {
              kernel: "copy",
              attributes: {},
              out: inputView(dtype, outLayout, shape, () => randomElements(dtype, 11, [0, 100])(0)),
              inputs: [inputView(dtype, layout, shape, randomElements(dtype, 12, [0, 200]))],
            },
          ];
        }
      }
    },
    allowed: () => () => exactly,
  }),
);

const fillGroups: CallGroup[] = allDTypes.map(
  (dtype): CallGroup => ({
    kernel: "fill",
    op: "",
    dtype,
    signedZeros: isFloat(dtype),
    *calls() {
      const values = isFloat(dtype) ? [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 0.1] : [0, 1, 255];
      for (const value of values) {
        for (const shape of [...shapes, largeShape]) {
          yield [
            `${value} into [${shape}]`,
            { kernel: "fill", attributes: { value }, inputs: [], out: outputView(dtype, shape) },
          ];
        }
        for (const layout of ["transposed", "sliced", "reversed"] as const) {
          const out = inputView(dtype, layout, [4, 5, 6], () => 7);
          yield [
            `${value} into ${layout} [4, 5, 6]`,
            { kernel: "fill", attributes: { value }, inputs: [], out },
          ];
        }
      }
    },
    allowed: () => () => exactly,
  }),
);

/** Kernels whose views all have one shape. */
export const elementwiseGroups: readonly CallGroup[] = [
  ...fillGroups,
  ...copyGroups,
  ...castGroups,
  ...unaryGroups,
  ...binaryGroups,
  ...compareGroups,
  ...whereGroups,
];
