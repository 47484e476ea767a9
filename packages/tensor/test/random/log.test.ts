import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { logExact } from "../../src/random/log.ts";

// Computed by Python's decimal module (see "what" in the file): nothing of it comes from a double-precision logarithm.
const fixture = new URL("../fixtures/logarithms.json", import.meta.url);
const { pairs }: { pairs: [number, number][] } = JSON.parse(readFileSync(fixture, "utf8"));

describe("the exact logarithm", () => {
  test("is correctly rounded where the middle between two numbers is near, and elsewhere", () => {
    expect(pairs).toHaveLength(140);
    for (const [x, logarithm] of pairs) expect([x, logExact(x)]).toEqual([x, logarithm]);
  });

  test("is within one unit in the last place of the engine's own logarithm", () => {
    const normal = fc.double({ min: 2 ** -1022, max: Number.MAX_VALUE, noNaN: true });
    fc.assert(
      fc.property(fc.oneof(normal, fc.double({ min: 2 ** -60, max: 1, noNaN: true })), (x) => {
        const unit = unitInLastPlace(Math.log(x));
        expect(Math.abs(logExact(x) - Math.log(x))).toBeLessThanOrEqual(unit);
      }),
      { numRuns: 2000 },
    );
  });
});

/** The distance from the magnitude of `x` to the next larger float64. */
function unitInLastPlace(x: number): number {
  const bits = new BigUint64Array(Float64Array.of(Math.abs(x)).buffer);
  bits[0]++;
  return new Float64Array(bits.buffer)[0] - Math.abs(x);
}
