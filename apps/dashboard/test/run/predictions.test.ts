import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Conductor } from "../../src/run/conduct.ts";
import { presetConfigs } from "../../src/run/config.ts";
import type { Prediction } from "../../src/run/inspection.ts";
import type { RunCommand, RunEvent } from "../../src/run/protocol.ts";
import { openTraining } from "../../src/run/training.ts";
import { smallSet, writeSmallSet } from "./small-set.ts";

describe("what a run says about a picture, of a set whose images are 6 x 5", () => {
  let folder: string;
  let conductor: Conductor;
  let events: RunEvent[];
  let conducted: Promise<void>;
  beforeAll(() => {
    folder = writeSmallSet();
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    const config = { ...presetConfigs.mlp, backend: "cpu", batch: 4, hidden: [4], data: folder };
    events = [];
    conductor = new Conductor(await openTraining(config, () => {}), { tell: (event) => events.push(event) });
    conducted = conductor.conduct();
  });
  afterEach(async () => {
    conductor.obey({ type: "stop" });
    await conducted;
  });

  async function answerTo(command: Extract<RunCommand, { id: number }>): Promise<Prediction> {
    conductor.obey(command);
    return await vi.waitUntil(() =>
      events
        .flatMap((event) => (event.type === "inspected" ? [event.inspected.prediction] : []))
        .find((prediction) => prediction?.id === command.id),
    );
  }
  const drawing = (pixels: Uint8Array): Promise<Prediction> =>
    answerTo({ type: "predict", id: 1, rows: 28, columns: 28, pixels, isDrawing: true });

  it("brings a drawing to the size of the set's images", async () => {
    const pixels = new Uint8Array(784);
    for (let row = 4; row < 24; row++) pixels.fill(255, row * 28 + 12, row * 28 + 16);
    const { rows, columns, pixels: seen, outputs } = await drawing(pixels);
    expect([rows, columns, seen.length]).toEqual([6, 5, 30]);
    expect(outputs).toHaveLength(smallSet.classes);
    expect(seen[3 * 5 + 2]).toBeGreaterThan(128);
    expect(seen[3 * 5]).toBe(0);
  });

  it("says nothing of a drawing on which nothing can be seen", async () => {
    expect((await drawing(new Uint8Array(784))).outputs).toEqual([]);
    expect(
      (
        await answerTo({
          type: "predict",
          id: 2,
          rows: 28,
          columns: 28,
          pixels: new Uint8Array(784).fill(9, 300, 310),
          isDrawing: true,
        })
      ).outputs,
    ).toEqual([]);
  });

  it("tells a test image's class with it", async () => {
    const { testImage, pixels, outputs } = await answerTo({ type: "predictTest", id: 3, index: 6 });
    expect(testImage).toEqual({ index: 6, classIndex: 6 % smallSet.classes });
    expect(pixels[0]).toBe(6);
    expect(outputs.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  });
});
