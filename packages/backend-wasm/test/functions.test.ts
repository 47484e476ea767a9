import { readFileSync } from "node:fs";
import type { Backend } from "@gradwerk/tensor/backend";
import { describe, expect, test } from "vitest";
import { backendWith } from "./support/backends.ts";
import { exact, exactPower, ulpsBetween } from "./support/exact.ts";
import { bufferOf, contentOf, viewOn } from "./support/views.ts";

type Float = "float32" | "float64";
type Name = keyof typeof exact;

/** Where each function is measured: even within an interval, and over all sizes up to its ends. */
const intervals: Readonly<Record<Name, Readonly<Record<Float, [number, number]>>>> = {
  exp: { float32: [-103, 88.7], float64: [-745, 709.7] },
  expm1: { float32: [-20, 88.7], float64: [-40, 709.7] },
  log: { float32: [1e-45, 3e38], float64: [5e-324, 1e308] },
  log1p: { float32: [-0.9999, 3e38], float64: [-0.9999, 1e60] },
  sin: { float32: [-8192, 8192], float64: [-8192, 8192] },
  cos: { float32: [-8192, 8192], float64: [-8192, 8192] },
  tanh: { float32: [-12, 12], float64: [-22, 22] },
  erf: { float32: [-5, 5], float64: [-6, 6] },
  sigmoid: { float32: [-87, 20], float64: [-708, 40] },
};

const perWay = 3000;

function* samples([low, high]: [number, number], dtype: Float): Generator<number> {
  const round = dtype === "float32" ? Math.fround : (x: number) => x;
  let state = 12345;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + (Math.imul(state, 22695477) >>> 0) / 2 ** 32) / 2 ** 32;
  };
  for (let i = 0; i < perWay; i++) {
    yield round(low + (high - low) * next());
    // Around 1, where logarithms vanish, and small and large sizes, with both signs.
    yield round(Math.max(low, 1 + (next() - 0.5) * 2 ** (-20 * next())));
    for (const end of [low, high]) {
      const exponent = Math.log2(Math.abs(end));
      const least = low > 0 ? Math.log2(low) : -80;
      yield round(Math.sign(end) * 2 ** (least + (exponent - least) * next()));
      yield round(Math.sign(end) * 2 ** Math.max(least, exponent - 6 * next()));
    }
  }
}

function applied(backend: Backend, name: Name, dtype: Float, xs: readonly number[]): ArrayLike<number> {
  const view = viewOn(bufferOf(backend, dtype, xs), [xs.length]);
  backend.kernels.unary([view], [view], { op: name });
  return contentOf(backend, view.buffer);
}

/** The largest error of both builds, in units of the last place. */
async function measured(name: Name, dtype: Float): Promise<number> {
  const xs = [...samples(intervals[name][dtype], dtype)].filter(
    (x) => Math.abs(x) > 2 ** -90 || name === "log",
  );
  const wanted = xs.map((x) => exact[name](x));
  let largest = 0;
  for (const simd of ["relaxed", "plain"] as const) {
    const found = applied(await backendWith({ simd }), name, dtype, xs);
    for (const [i, value] of wanted.entries())
      largest = Math.max(largest, ulpsBetween(found[i], value, dtype));
  }
  return largest;
}

/** Of the size of the logarithm of the result, where that exceeds 1. */
async function measuredPower(dtype: Float): Promise<number> {
  const most = dtype === "float32" ? 85 : 700;
  const random = [...samples([-1, 1], "float64")];
  const [as, bs]: number[][] = [[], []];
  for (let i = 0; i + 1 < random.length; i += 2) {
    const round = dtype === "float32" ? Math.fround : (x: number) => x;
    const a = round(2 ** (random[i] * (i % 4 === 0 ? 1 : 60)));
    const b = round((random[i + 1] * most) / Math.max(Math.abs(Math.log(a)), 1e-3));
    if (a === 1 || Math.abs(b) < 2 ** -90 || Math.abs(b * Math.log(a)) > most) continue;
    as.push(a);
    bs.push(b);
  }
  expect(as.length).toBeGreaterThan(1000);
  let largest = 0;
  for (const simd of ["relaxed", "plain"] as const) {
    const backend = await backendWith({ simd });
    const [a, b] = [as, bs].map((list) => viewOn(bufferOf(backend, dtype, list), [list.length]));
    backend.kernels.binary([a], [a, b], { op: "pow" });
    const found = contentOf(backend, a.buffer);
    for (const [i, base] of as.entries()) {
      const error = ulpsBetween(found[i], exactPower(base, bs[i]), dtype);
      largest = Math.max(largest, error / Math.max(1, Math.abs(bs[i] * Math.log(base))));
    }
  }
  return largest;
}

// The table of the README is what is promised.
const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const promised = [...readme.matchAll(/^\| `(\w+)`[^|]*\| ([\d.]+) *\| ([\d.]+) *\|$/gm)].map(
  ([, name, float32, float64]) => [name, Number(float32), Number(float64)] as const,
);

describe("a function is within the README's bound, and the bound is no larger than it need be", () => {
  test("for every function that has one", () => {
    expect(promised.map(([name]) => name).sort()).toEqual([...Object.keys(exact), "pow"].sort());
  });

  test.each(promised)("%s: %d units in the last place of float32, %d of float64", async (name, ...bounds) => {
    for (const [i, dtype] of (["float32", "float64"] as const).entries()) {
      const error = await (name === "pow" ? measuredPower(dtype) : measured(name as Name, dtype));
      expect(error, dtype).toBeLessThanOrEqual(bounds[i]);
      expect(error, dtype).toBeGreaterThan(bounds[i] - 1);
    }
  });
});

describe("exact arithmetic, by which functions are measured,", () => {
  test.each(Object.keys(exact) as Name[])("agrees with Math: %s", (name) => {
    const reference = Math[name as keyof Math] as ((x: number) => number) | undefined;
    const known: Partial<Record<Name, (x: number) => number>> = {
      sigmoid: (x) => 1 / (1 + Math.exp(-x)),
      erf: (x) => (x === 0.5 ? 0.5204998778130465 : x === 2 ? 0.9953222650189527 : 0.8427007929497149),
    };
    for (const x of [0.5, 1, 2]) {
      const expected = (known[name] ?? reference)?.(x) ?? Number.NaN;
      const { mantissa, bits } = exact[name](x);
      expect(Math.abs(Number((mantissa * 10n ** 20n) >> BigInt(bits)) / 1e20 - expected)).toBeLessThan(
        1e-15 * 8,
      );
    }
  });

  test("agrees with Math: powers", () => {
    const { mantissa, bits } = exactPower(3, -4.5);
    expect(Number((mantissa * 10n ** 20n) >> BigInt(bits)) / 1e20).toBeCloseTo(3 ** -4.5, 15);
  });
});
