import { NnError, oneCycle } from "@gradwerk/nn";
import { describe, expect, it } from "vitest";

describe("oneCycle", () => {
  const schedule = oneCycle({ learningRate: 2, steps: 100, warmUp: 0.2 });

  it("rises along a line from a tenth to the whole, and falls along half a cosine to 0", () => {
    expect([0, 10, 20, 60, 100].map(schedule)).toEqual([
      0.2,
      expect.closeTo(1.1, 12),
      2,
      expect.closeTo(1, 12),
      0,
    ]);
  });

  it("falls along a parabola where that is wanted", () => {
    const parabola = oneCycle({ learningRate: 2, steps: 100, warmUp: 0.2, fall: "parabola" });
    expect([0, 20, 60, 100].map(parabola)).toEqual([0.2, 2, 1.5, 0]);
  });

  it("is highest at the end of the warm-up, and 0 beyond the last step", () => {
    const rates = Array.from({ length: 101 }, (_, step) => schedule(step));
    expect(Math.max(...rates)).toBe(rates[20]);
    expect([101, 1000].map(schedule)).toEqual([0, 0]);
  });

  it("begins at the top without a warm-up, which is a tenth of the steps by default", () => {
    expect(oneCycle({ learningRate: 2, steps: 10, warmUp: 0 })(0)).toBe(2);
    expect(oneCycle({ learningRate: 2, steps: 10 })(1)).toBe(2);
  });

  it.each([
    [{ learningRate: 0 }, "learningRate must be a finite number above 0, got 0"],
    [{ learningRate: Number.POSITIVE_INFINITY }, "learningRate must be"],
    [{ steps: 0 }, "steps must be a whole number from 1 up, got 0"],
    [{ warmUp: 1 }, "warmUp must be from 0 up and below 1, got 1"],
    [{ warmUp: -0.1 }, "warmUp must be"],
  ])("refuses %o", (options, message) => {
    const make = () => oneCycle({ learningRate: 1, steps: 10, ...options });
    expect(make).toThrow(NnError);
    expect(make).toThrow(message);
  });
});
