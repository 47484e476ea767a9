import type { BackendOptions, View } from "@gradwerk/tensor/backend";
import { cpuWith, cpuWithKernel, type Fault, rowMajor, sizeOf } from "./fault.ts";
import { change, whileChanged } from "./view-memory.ts";
import { binaryFault, halfPrecision, mapInputs, reduceWith, unaryFault } from "./wrong-kernels.ts";

/** Faults in the numbers of required kernels. */
export const kernelFaults: readonly Fault[] = [
  {
    name: "multiplies matrices off by one row",
    create: cpuWithKernel("matmul", (right) => ([out], [a, b], attributes) => {
      const step = attributes.transposeA ? a.strides[2] : a.strides[1];
      right([out], [{ ...a, offset: a.offset + (out.shape[1] > 1 ? step : 0) }, b], attributes);
    }),
    section: "kernels",
    caseName: "matmul A B float32",
    reason: /^matmul A B float32, 1 x 9 x 5 x 1: element \d is .* instead of/,
  },
  {
    name: "forgets what comes after the last full vector in unary kernels",
    create: cpuWithKernel(
      "unary",
      (right) =>
        ([out], inputs, attributes) =>
          right([vectorsOf(out)], [vectorsOf(inputs[0])], attributes),
    ),
    section: "kernels",
    caseName: "unary neg float32",
    reason: /^unary neg float32, \[\]: element 0 is NaN instead of/,
  },
  {
    name: "forgets what comes after the last full vector in binary kernels",
    create: cpuWithKernel(
      "binary",
      (right) =>
        ([out], [a, b], attributes) =>
          right([vectorsOf(out)], [vectorsOf(a), vectorsOf(b)], attributes),
    ),
    section: "kernels",
    caseName: "binary add float32",
    reason: /^binary add float32, \[\]: element 0 is NaN instead of/,
  },
  {
    name: "takes every input of a unary kernel for contiguous",
    create: cpuWithKernel(
      "unary",
      (right) =>
        (out, [x], attributes) =>
          right(out, [{ ...x, strides: rowMajor(x.shape) }], attributes),
    ),
    section: "kernels",
    caseName: "unary neg float32",
    reason: /^unary neg float32, transposed \[5,7\]: element 1 is .* instead of/,
  },
  {
    name: "takes negative strides for positive ones",
    create: cpuWithKernel(
      "copy",
      (right) =>
        (out, [x], attributes) =>
          right(out, [{ ...x, strides: x.strides.map(Math.abs) }], attributes),
    ),
    section: "kernels",
    caseName: "copy float32",
    reason: /^copy float32, reversed \[13\]: element \d+ is/,
  },
  {
    name: "forgets to broadcast",
    create: cpuWithKernel("binary", (right) => (out, inputs, attributes) => {
      const [a, b] = inputs.map((view) => ({
        ...view,
        strides: view.strides.map((stride, axis) => (stride === 0 ? rowMajor(view.shape)[axis] : stride)),
      }));
      right(out, [a, b], attributes);
    }),
    section: "kernels",
    caseName: "binary add float32",
    reason: /^binary add float32, stretched \[13\]: element 1 is NaN/,
  },
  {
    name: "broadcasts along the wrong axis",
    create: cpuWithKernel("where", (right) => (out, [condition, a, b], attributes) => {
      const strides = a.strides.includes(0) && a.shape.length === 2 ? a.strides.toReversed() : a.strides;
      right(out, [condition, { ...a, strides }, b], attributes);
    }),
    section: "kernels",
    caseName: "where float32",
    reason: /^where float32, stretched \[5,7\]: element/,
  },
  {
    name: "sums in the precision of float16",
    create: cpuWithKernel("reduce", (right, cpu) => (out, inputs, attributes) => {
      if (attributes.op !== "sum") right(out, inputs, attributes);
      else reduceWith(cpu, out, inputs, (a, b) => halfPrecision(a + b), 0);
    }),
    section: "kernels",
    caseName: "reduce sum float32",
    reason: /^reduce sum float32, \[1,1,1\]: element 0 is/,
  },
  {
    name: "multiplies matrices in the precision of float16",
    create: cpuWithKernel("matmul", (right, cpu) => (out, inputs, attributes) => {
      right(out, inputs, attributes);
      change(cpu, out[0], halfPrecision);
    }),
    section: "kernels",
    caseName: "matmul A B float32",
    reason: /^matmul A B float32, 1 x 1 x 1 x 1: element 0 is/,
  },
  {
    name: "computes float64 in the precision of float32",
    create: cpuWithKernel("unary", (right, cpu) => (out, inputs, attributes) => {
      right(out, inputs, attributes);
      change(cpu, out[0], Math.fround);
    }),
    section: "kernels",
    caseName: "unary neg float64",
    reason: /^unary neg float64, \[\]: element 0 is/,
    options: { dtypes: ["float64"] },
  },
  {
    name: "swaps the arguments of minus",
    create: cpuWithKernel(
      "binary",
      (right) =>
        (out, [a, b], attributes) =>
          attributes.op === "sub" ? right(out, [b, a], attributes) : right(out, [a, b], attributes),
    ),
    section: "kernels",
    caseName: "binary sub float32",
    reason: /^binary sub float32, \[\]: element 0 is .* instead of .* for .* and /,
  },
  {
    name: "finds the last of equals",
    create: cpuWithKernel("argReduce", (right, cpu) => ([out], [x], attributes) => {
      // Found from the other end, and counted from there.
      const [, length] = x.shape;
      const flipped = {
        ...x,
        offset: x.offset + (length - 1) * x.strides[1],
        strides: [x.strides[0], -x.strides[1], x.strides[2]],
      };
      right([out], [flipped], attributes);
      change(cpu, out, (place) => length - 1 - place);
    }),
    section: "kernels",
    caseName: "argReduce max float32",
    reason: /^argReduce max float32, .*: element \d+ is \d+ instead of \d+$/,
  },
  {
    name: "overlooks NaN when it looks for the largest",
    create: cpuWithKernel("reduce", (right, cpu) => (out, inputs, attributes) => {
      if (attributes.op !== "max") right(out, inputs, attributes);
      else reduceWith(cpu, out, inputs, (a, b) => larger(b, a), Number.NEGATIVE_INFINITY);
    }),
    section: "kernels",
    caseName: "reduce max float32",
    reason: /^reduce max float32, corners \[31,1,1\]: element 30 is -Infinity instead of NaN/,
  },
  {
    name: "compares instead of passing NaN on in maximum",
    create: binaryFault("maximum", larger),
    section: "kernels",
    caseName: "binary maximum float32",
    reason: /^binary maximum float32, corners \[961\]: element \d+ is .* instead of NaN for NaN and/,
  },
  {
    name: "multiplies int32 in float64",
    create: cpuWithKernel("binary", (right, cpu) => (out, inputs, attributes) => {
      if (attributes.op !== "mul" || out[0].buffer.dtype !== "int32") right(out, inputs, attributes);
      else mapInputs(cpu, out, inputs, ([a, b]) => (a * b) | 0);
    }),
    section: "kernels",
    caseName: "binary mul int32",
    reason: /^binary mul int32, \[\]: element 0 is/,
  },
  {
    name: "rounds halves away from zero",
    create: unaryFault("round", (x) => Math.sign(x) * Math.round(Math.abs(x))),
    section: "kernels",
    caseName: "unary round float32",
    reason: /^unary round float32, corners \[31\]: element \d+ is 1 instead of 0 for 0\.5/,
  },
  {
    name: "loses the sign of -0",
    create: unaryFault("neg", (x) => 0 - x),
    section: "kernels",
    caseName: "unary neg float32",
    reason: /^unary neg float32, corners \[31\]: element 0 is 0 instead of -0 for 0/,
  },
  {
    name: "flushes denormal numbers to zero",
    create: unaryFault("abs", (x) => (Math.abs(x) < 2 ** -126 ? 0 : Math.abs(x))),
    section: "kernels",
    caseName: "unary abs float32",
    reason: /^unary abs float32, corners \[31\]: element 1 is 0 instead of/,
  },
  {
    name: "takes a quick exponential",
    create: unaryFault("exp", (x) => (1 + x / 2 ** 20) ** (2 ** 20)),
    section: "kernels",
    caseName: "unary exp float32",
    reason: /^unary exp float32, \[\]: element 0 is/,
  },
  {
    name: "computes sigmoid without its small values",
    create: unaryFault("sigmoid", (x) => 1 - 1 / (1 + Math.exp(x))),
    section: "kernels",
    caseName: "unary sigmoid float32",
    reason: /^unary sigmoid float32, .*: element \d+ is/,
  },
  {
    name: "has the power function of ECMAScript",
    create: binaryFault("pow", (a, b) => a ** b),
    section: "kernels",
    caseName: "binary pow float32",
    reason: /^binary pow float32, corners \[961\]: element \d+ is NaN instead of 1 for 1 and/,
  },
  {
    name: "rounds where a cast truncates",
    create: cpuWithKernel("cast", (right, cpu) => (out, inputs, attributes) => {
      if (out[0].buffer.dtype !== "int32") right(out, inputs, attributes);
      else mapInputs(cpu, out, inputs, ([x]) => Math.round(x));
    }),
    section: "kernels",
    caseName: "cast from float32 int32",
    reason: /^cast from float32 int32, .*: element \d+ is -?\d+ instead of -?\d+ for/,
  },
  {
    name: "takes NaN for equal to itself",
    create: cpuWithKernel("compare", (right, cpu) => (out, inputs, attributes) => {
      if (attributes.op !== "eq") right(out, inputs, attributes);
      else mapInputs(cpu, out, inputs, ([a, b]) => Number(a === b || (Number.isNaN(a) && Number.isNaN(b))));
    }),
    section: "kernels",
    caseName: "compare eq float32",
    reason: /^compare eq float32, corners \[961\]: element 960 is 1 instead of 0 for NaN and NaN/,
  },
  {
    name: "takes only 1 for true",
    create: cpuWithKernel(
      "where",
      (_, cpu) => (out, inputs) =>
        mapInputs(cpu, out, inputs, ([condition, a, b]) => (condition === 1 ? a : b)),
    ),
    section: "kernels",
    caseName: "where float32",
    reason: /^where float32, .*: element \d+ is/,
  },
  {
    name: "takes the nearest row for one that is not there",
    create: cpuWithKernel("gatherRows", (right, cpu) => (out, [table, indices], attributes) => {
      const [rows] = table.shape;
      whileChanged(
        cpu,
        indices,
        (row) => Math.min(Math.max(row, 0), rows - 1),
        () => right(out, [table, indices], attributes),
      );
    }),
    section: "kernels",
    caseName: "gatherRows float32",
    reason: /^gatherRows float32, indices outside .*: element \d+ is .* instead of 0/,
  },
  {
    name: "overwrites rows instead of adding to them",
    create: cpuWithKernel("scatterAddRows", (right, cpu) => (out, inputs, attributes) => {
      cpu.kernels.fill(out, [], { value: 0 });
      right(out, inputs, attributes);
    }),
    section: "kernels",
    caseName: "scatterAddRows float32",
    reason: /^scatterAddRows float32, 1 into \[1, 1\]: element 0 is/,
  },
  {
    name: "adds up in another order on several threads",
    create: cpuWith((cpu, { threads = 2 }: BackendOptions) => ({
      capabilities: { ...cpu.capabilities, threads },
      kernels: {
        ...cpu.kernels,
        reduce(out, inputs, attributes) {
          const isRight = attributes.op !== "sum" || out[0].buffer.dtype !== "float32" || threads === 1;
          if (isRight) cpu.kernels.reduce(out, inputs, attributes);
          else reduceWith(cpu, out, inputs, (a, b) => Math.fround(a + b), 0);
        },
      },
    })),
    section: "kernels",
    caseName: "sums have the same bits on one thread as on several",
    reason: /^reduce sum float32, .*: element \d+ is .* on 2 threads and .* on one/,
  },
  {
    name: "leaks in a kernel that few look at",
    create: cpuWithKernel("argReduce", (right, cpu) => (out, inputs, attributes) => {
      cpu.alloc("int32", 1);
      right(out, inputs, attributes);
    }),
    section: "kernels",
    caseName: "argReduce max float32",
    reason: /left \d+ buffers behind in memory\(\)/,
  },
];

// As much of a view as whole vectors of four take; for a contiguous output, and an input that is alike.
function vectorsOf(view: View): View {
  const size = sizeOf(view);
  const last = view.shape[view.shape.length - 1] ?? 1;
  if (size % 4 === 0) return view;
  if (view.shape.length === 0) return { ...view, shape: [0], strides: [1] };
  return { ...view, shape: [...view.shape.slice(0, -1), last - (last % 4)] };
}

// What a comparison finds: where one is NaN, the second.
function larger(a: number, b: number): number {
  if (a > b) return a;
  return b;
}
