import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exactSum } from "../src/oracle/exact-sum.ts";
import { compareAll, exactly, largestSize, roundoff, sumBound, ulp } from "../src/tolerance.ts";

describe("ulp", () => {
  // numpy.spacing
  it.each([
    [0, 1.401298464324817e-45, 5e-324],
    [1, 1.1920928955078125e-7, 2.220446049250313e-16],
    [2, 2.384185791015625e-7, 4.440892098500626e-16],
    [1e-40, 1.401298464324817e-45, 2.039157646249539e-56],
    [16777216, 2, 3.725290298461914e-9],
    [0.1, 7.450580596923828e-9, 1.3877787807814457e-17],
  ])("of %d is the distance to the next number", (value, float32, float64) => {
    expect(ulp("float32", value)).toBe(float32);
    expect(ulp("float64", value)).toBe(float64);
    expect(ulp("float32", -value)).toBe(float32);
  });

  it("reaches the next float32, whose bits are those of a number one larger", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7f7f_fffe }), (bits) => {
        const [value, next] = new Float32Array(Uint32Array.of(bits, bits + 1).buffer);
        expect(value + ulp("float32", value)).toBe(next);
      }),
    );
  });

  it("reaches the next float64", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 0x7fef_ffff_ffff_fffen }), (bits) => {
        const [value, next] = new Float64Array(BigUint64Array.of(bits, bits + 1n).buffer);
        expect(value + ulp("float64", value)).toBe(next);
      }),
    );
  });

  it("is 1 for integers and infinite where there is no next number", () => {
    expect(ulp("int32", 1e9)).toBe(1);
    expect(ulp("float32", Number.NaN)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("sumBound", () => {
  it("holds for float32 sums from first to last", () => {
    const term = fc.float({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 300 }), (terms) => {
        const found = terms.reduce((sum, value) => Math.fround(sum + value), 0);
        const magnitude = terms.reduce((sum, value) => sum + Math.abs(value), 0);
        expect(Math.abs(found - exactSum(terms))).toBeLessThanOrEqual(
          sumBound("float32", terms.length, magnitude),
        );
      }),
    );
  });

  it("does not hold for sums of numbers with eleven bits", () => {
    const half = (value: number): number => {
      const step = 2 ** (Math.floor(Math.log2(value)) - 10);
      return Math.round(value / step) * step;
    };
    const terms = Array.from({ length: 100 }, (_, i) => 1 + i / 7);
    const found = terms.reduce((sum, value) => half(sum + value), 0);
    expect(Math.abs(found - exactSum(terms))).toBeGreaterThan(sumBound("float32", 100, exactSum(terms)));
  });

  it("allows nothing for integers, and grows with the root of the count", () => {
    expect(sumBound("int32", 1000, 1e6)).toBe(0);
    expect(sumBound("float64", 400, 1) / sumBound("float64", 100, 1)).toBeCloseTo(2);
    expect(roundoff("float32")).toBe(2 ** -24);
  });
});

describe("compareAll", () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

  it.each([
    ["equal numbers", [1, 2], [1, 2]],
    ["NaN and NaN", [nan], [nan]],
    ["equal infinities", [infinity, -infinity], [infinity, -infinity]],
    ["zeros of both signs, unless told otherwise", [0], [-0]],
  ])("finds no error in %s", (_, found, expected) => {
    expect(compareAll(found, expected, () => exactly)).toEqual({ error: 0, reason: undefined });
  });

  it.each([
    ["a number for NaN", [1], [nan], "element 0 is 1 instead of NaN"],
    ["NaN for a number", [nan], [1], "element 0 is NaN instead of 1"],
    ["a large number for infinity", [1e308], [infinity], "element 0 is 1e+308 instead of Infinity"],
    ["the other infinity", [-infinity], [infinity], "element 0 is -Infinity instead of Infinity"],
    ["too few numbers", [1], [1, 2], "got 1 numbers instead of 2"],
  ])("is infinitely far off with %s, whatever is allowed", (_, found, expected, reason) => {
    expect(compareAll(found, expected, () => 1e300)).toEqual({ error: Number.MAX_VALUE, reason });
  });

  it("tells zeros of both signs apart when asked", () => {
    const { reason } = compareAll([0], [-0], () => 1, true);
    expect(reason).toBe("element 0 is 0 instead of -0");
  });

  it("gives the largest error as a multiple of what is allowed, and its place", () => {
    const found = compareAll([1.5, 4, 2], [1, 2, 2.5], () => 0.5);
    expect(found).toEqual({ error: 4, reason: "element 1 is 4 instead of 2" });
    expect(compareAll([1.25], [1], () => 0.5)).toEqual({ error: 0.5, reason: undefined });
  });

  it.each([
    ["nothing is", 0],
    ["what is allowed is no number", nan],
  ])("lets no difference pass where %s allowed", (_, allowed) => {
    const reason = "element 0 is 1.0000000000000002 instead of 1";
    expect(compareAll([1 + 2 ** -52], [1], () => allowed)).toEqual({ error: Number.MAX_VALUE, reason });
  });
});

it("largestSize passes over what is not finite", () => {
  expect(largestSize([1, -3, Number.NaN, Number.NEGATIVE_INFINITY])).toBe(3);
  expect(largestSize([])).toBe(0);
});
