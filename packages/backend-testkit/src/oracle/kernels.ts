import type { DType, Kernels, View } from "@gradwerk/tensor/backend";
import { exactSum } from "./exact-sum.ts";
import { binaryFunctions, compareFunctions, converted, unaryFunctions, wrapped } from "./functions.ts";
import { valuesBelow } from "./oracle-backend.ts";
import { elementsAt, placesOf } from "./places.ts";

/** The elements of a view in row-major order. */
function elementsOf(view: View): Float64Array {
  return elementsAt(valuesBelow(view), placesOf(view));
}

/** Puts elements, given in row-major order, where the view has them. */
function put(view: View, elements: ArrayLike<number>): void {
  const values = valuesBelow(view);
  const places = placesOf(view);
  for (let i = 0; i < places.length; i++) values[places[i]] = elements[i];
}

const isInteger = (dtype: DType): boolean => dtype === "int32" || dtype === "uint8";

/** The required kernels, each as its sentence in the contract. */
export const oracleKernels: Kernels = {
  fill([out], _, { value }) {
    put(out, new Float64Array(placesOf(out).length).fill(value));
  },

  copy([out], [x]) {
    put(out, elementsOf(x));
  },

  cast([out], [x]) {
    put(
      out,
      elementsOf(x).map((value) => converted(x.buffer.dtype, out.buffer.dtype, value)),
    );
  },

  unary([out], [x], { op }) {
    const results = elementsOf(x).map(unaryFunctions[op]);
    put(out, isInteger(x.buffer.dtype) ? results.map((value) => wrapped("int32", BigInt(value))) : results);
  },

  binary([out], [a, b], { op }) {
    const { dtype } = out.buffer;
    const [x, y] = [elementsOf(a), elementsOf(b)];
    if (!isInteger(dtype)) {
      put(
        out,
        x.map((value, i) => binaryFunctions[op](value, y[i])),
      );
      return;
    }
    // The product of two int32 has more digits than a float64.
    const exact = (value: number, i: number): bigint =>
      op === "mul" ? BigInt(value) * BigInt(y[i]) : BigInt(binaryFunctions[op](value, y[i]));
    put(
      out,
      x.map((value, i) => wrapped(dtype, exact(value, i))),
    );
  },

  compare([out], [a, b], { op }) {
    const y = elementsOf(b);
    put(
      out,
      elementsOf(a).map((value, i) => (compareFunctions[op](value, y[i]) ? 1 : 0)),
    );
  },

  where([out], [condition, a, b]) {
    const [yes, no] = [elementsOf(a), elementsOf(b)];
    put(
      out,
      elementsOf(condition).map((holds, i) => (holds === 0 ? no[i] : yes[i])),
    );
  },

  reduce([out], [x], { op }) {
    const { dtype } = x.buffer;
    const combine = {
      sum: (line: Float64Array) => sumOf(dtype, line),
      prod: (line: Float64Array) =>
        isInteger(dtype) ? wrappedProduct(dtype, line) : line.reduce((a, b) => a * b, 1),
      max: (line: Float64Array) => line.reduce(binaryFunctions.maximum),
      min: (line: Float64Array) => line.reduce(binaryFunctions.minimum),
    }[op];
    put(out, linesOf(x).map(combine));
  },

  argReduce([out], [x], { op }) {
    const extreme = op === "max" ? binaryFunctions.maximum : binaryFunctions.minimum;
    put(
      out,
      linesOf(x).map((line) => {
        const best = line.reduce(extreme);
        return Number.isNaN(best) ? line.findIndex(Number.isNaN) : line.indexOf(best);
      }),
    );
  },

  matmul([out], [a, b], { transposeA, transposeB, accumulate }) {
    const [, m, n] = out.shape;
    const k = a.shape[transposeA ? 1 : 2];
    const [x, y, before] = [elementsOf(a), elementsOf(b), elementsOf(out)];
    const terms = new Float64Array(accumulate ? k + 1 : k);
    const results = before.map((old, place) => {
      const [column, row, matrix] = [place % n, Math.floor(place / n) % m, Math.floor(place / (m * n))];
      for (let i = 0; i < k; i++) {
        const left = transposeA ? (matrix * k + i) * m + row : (matrix * m + row) * k + i;
        const right = transposeB ? (matrix * n + column) * k + i : (matrix * k + i) * n + column;
        terms[i] = x[left] * y[right];
      }
      if (accumulate) terms[k] = old;
      return exactSum(terms);
    });
    put(out, results);
  },

  gatherRows([out], [table, indices]) {
    const [rows, width] = table.shape;
    const elements = elementsOf(table);
    const numbers = elementsOf(indices);
    put(
      out,
      Array.from({ length: numbers.length * width }, (_, place) => {
        const row = numbers[Math.floor(place / width)];
        return row >= 0 && row < rows ? elements[row * width + (place % width)] : 0;
      }),
    );
  },

  scatterAddRows([out], [indices, x]) {
    const [rows, width] = out.shape;
    const { dtype } = out.buffer;
    const [numbers, added] = [elementsOf(indices), elementsOf(x)];
    const terms = Array.from(elementsOf(out), (value) => [value]);
    for (const [i, row] of numbers.entries()) {
      if (row < 0 || row >= rows) continue;
      for (let column = 0; column < width; column++) {
        terms[row * width + column].push(added[i * width + column]);
      }
    }
    put(
      out,
      terms.map((list) => sumOf(dtype, list)),
    );
  },
};

/** The lines of x `[outer, axis, inner]` along its middle axis, in the order of `[outer, inner]`. */
function linesOf(x: View): Float64Array[] {
  const [outer, length, inner] = x.shape;
  const elements = elementsOf(x);
  return Array.from({ length: outer * inner }, (_, place) => {
    const [o, i] = [Math.floor(place / inner), place % inner];
    const line = new Float64Array(length);
    for (let n = 0; n < length; n++) line[n] = elements[(o * length + n) * inner + i];
    return line;
  });
}

// Sums of integers are exact as long as no test adds up more than 2^22 of them.
function sumOf(dtype: DType, terms: Iterable<number>): number {
  const sum = exactSum(terms);
  return isInteger(dtype) ? wrapped(dtype, BigInt(sum)) : sum;
}

// Only the lowest bits of each product matter to those of the next.
function wrappedProduct(dtype: DType, factors: Float64Array): number {
  let product = 1n;
  for (const factor of factors) product = BigInt.asIntN(64, product * BigInt(factor));
  return wrapped(dtype, product);
}
