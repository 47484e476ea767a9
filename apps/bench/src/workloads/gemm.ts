import { NumpyRandom } from "@gradwerk/tensor/random";
import { base64 } from "../data/packing.ts";
import { programsOf } from "./programs.ts";
import type { BenchCase, PayloadOptions, Shown, Workload } from "./workload.ts";

/** `[m, k] x [k, n]` */
export type ProductSize = readonly [m: number, k: number, n: number];

/** What the programs are given. */
export interface GemmPayload {
  /** Numbers from -1 to 1, little-endian float32 in base64; a factor is the first ones, row-major. */
  readonly a: string;
  readonly b: string;
  /** By case. */
  readonly sizes: Readonly<Record<string, ProductSize>>;
  /** Elements of the last product that a run shows: these multiples of its size, 0 to 1, rounded down. */
  readonly shown: readonly number[];
}

const sizes: Readonly<Record<string, ProductSize>> = {
  "n = 256": [256, 256, 256],
  "n = 512": [512, 512, 512],
  "n = 1024": [1024, 1024, 1024],
  "n = 2048": [2048, 2048, 2048],
  "128 x 784 x 128": [128, 784, 128],
};
const shown = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9999];

/** Products of float32 matrices. */
export const gemm: Workload = {
  name: "gemm",
  description: "products of float32 matrices, one call after the other on the same factors",
  heavy: true,
  cases: Object.entries(sizes).map(([id, [m, k, n]]) => ({
    id,
    name: id,
    unit: "GFLOPS",
    warmUps: 2,
    runs: 7,
    quickRuns: m * k * n > 2 ** 27 ? 0 : 2,
  })),
  programs: programsOf("gemm", ["numpy", "pytorch", "tfjs", "jax-js"]),

  async payload({ quick }: PayloadOptions): Promise<GemmPayload> {
    const count = quick ? 512 ** 2 : 2048 ** 2;
    return { a: base64(factor(1, count)), b: base64(factor(2, count)), sizes, shown };
  },

  // Against the same elements in float64; n terms may be off by 8 sqrt(n) roundings of the sum of their sizes.
  check({ id }: BenchCase, { label, proof }: Shown): string | undefined {
    const [, k, n] = sizes[id];
    const wrong = elements(id).findIndex(({ value, size }, i) => {
      const error = Math.abs(proof[i] - value);
      return !(error <= 8 * Math.sqrt(k) * 2 ** -24 * size);
    });
    if (wrong === -1) return undefined;
    const { place, value } = elements(id)[wrong];
    return (
      `${label} has ${proof[wrong]} in row ${Math.floor(place / n)}, column ${place % n} of the product, ` +
      `expected ${value}: it does not do the same work.`
    );
  },
};

interface Element {
  readonly place: number;
  readonly value: number;
  /** The sum of the terms' sizes. */
  readonly size: number;
}

const known = new Map<string, readonly Element[]>();

// The shown elements of a product in float64.
function elements(id: string): readonly Element[] {
  const found = known.get(id);
  if (found !== undefined) return found;
  const [m, k, n] = sizes[id];
  const [a, b] = [factor(1, m * k), factor(2, k * n)];
  const computed = shown.map((share) => {
    const place = Math.floor(share * m * n);
    const [row, column] = [Math.floor(place / n), place % n];
    const terms = Array.from({ length: k }, (_, i) => a[row * k + i] * b[i * n + column]);
    return {
      place,
      value: terms.reduce((sum, term) => sum + term, 0),
      size: terms.reduce((sum, term) => sum + Math.abs(term), 0),
    };
  });
  known.set(id, computed);
  return computed;
}

// The first numbers of a stream, so that a smaller factor is the start of a larger one.
function factor(seed: number, count: number): Float32Array {
  return Float32Array.from(new NumpyRandom(seed).uniform(-1, 1, count));
}
