import { expect, it } from "vitest";
import { centralDifferences } from "../../src/gradients/central-differences.ts";

it("central differences are the slopes of a function by each number of each input", () => {
  // f(x, y) = x0^2 y0 + 3 x1: df = (2 x0 y0, 3), x0^2
  const f = ([x, y]: readonly Float64Array[]): number => x[0] ** 2 * y[0] + 3 * x[1];
  const [x, y] = centralDifferences([Float64Array.of(2, 7), Float64Array.of(5)], f);
  expect(x[0]).toBeCloseTo(20, 8);
  expect(x[1]).toBeCloseTo(3, 8);
  expect(y[0]).toBeCloseTo(4, 8);
});
