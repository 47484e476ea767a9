import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Conductor } from "../../src/run/conduct.ts";
import { presetConfigs } from "../../src/run/config.ts";
import type { Prediction } from "../../src/run/inspection.ts";
import type { RunCommand, RunEvent } from "../../src/run/protocol.ts";
import { openTraining } from "../../src/run/training.ts";
import { writeSmallSet } from "./small-set.ts";

describe("a run on a set whose images are 6 x 5", () => {
  let folder: string;
  let conductor: Conductor;
  let events: RunEvent[];
  let conducted: Promise<void>;
  beforeAll(() => {
    folder = writeSmallSet();
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    const config = {
      ...presetConfigs.mlp,
      backend: "cpu",
      batch: 4,
      hidden: [4],
      digits: [0, 1],
      data: folder,
    };
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

  it("says of a drawing in the size of the set's images what it is", async () => {
    const pixels = new Uint8Array(784);
    for (let row = 4; row < 24; row++) pixels.fill(255, row * 28 + 12, row * 28 + 16);
    const { rows, columns, pixels: seen, outputs } = await drawing(pixels);
    expect([rows, columns, seen.length]).toEqual([6, 5, 30]);
    expect(outputs).toHaveLength(2);
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
    const { testImage, pixels, outputs } = await answerTo({ type: "predictTest", id: 3, index: 3 });
    // Of the test file's images of the classes 0 and 1: 0, 1, 4, 5.
    expect(testImage).toEqual({ index: 3, classIndex: 1 });
    expect(pixels[0]).toBe(5);
    expect(outputs.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  });

  it("is told with images of the file from any position on, of all classes and of the chosen ones", async () => {
    const told = async (all: number, chosen: number) => {
      events.length = 0;
      conductor.obey({ type: "images", from: { all, chosen } });
      return await vi.waitUntil(
        () => events.flatMap((event) => (event.type === "inspected" ? [event.inspected.images] : []))[0],
      );
    };
    const { all, chosen } = (await told(30, 8)) ?? {};
    expect(all).toMatchObject({ from: 30, sheet: { rows: 6, columns: 5, count: 10 } });
    expect(Array.from(all?.sheet.labels ?? [])).toEqual([2, 3, 0, 1, 2, 3, 0, 1, 2, 3]);
    expect(all?.sheet.pixels[0]).toBe(30);
    // Of every image of two classes of four the ninth is the 17th of the file.
    expect(chosen).toMatchObject({ from: 8, sheet: { count: 12 } });
    expect(chosen?.sheet.pixels[0]).toBe(16);
    expect((await told(1000, 1000))?.all.sheet.count).toBe(0);
  });
});
