import fc from "fast-check";
import { decode } from "fast-png";
import { beforeAll, describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/history/record.ts";
import { asCommand } from "../../src/report/as-command.ts";
import { chartFiles, pngRenderer } from "../../src/report/chart-files.ts";
import { curveOf, smoothed } from "../../src/report/curve.ts";
import { dataUri, digitPng, weightPng } from "../../src/report/pictures.ts";
import { articleConfig, mlpConfig } from "../../src/run/config.ts";
import { beginning, ending, results, steps } from "../history/examples.ts";

const run: RunRecord = { id: "x", ...beginning, status: "finished", steps, ending, results };

describe("charts as files", () => {
  let render: Awaited<ReturnType<typeof pngRenderer>>;
  beforeAll(async () => {
    render = await pngRenderer();
  });

  it("are one for each thing that a run has", () => {
    const rates = steps.map((step) => ({ ...step, learningRate: 1 / step.step }));
    expect(chartFiles(run).map(({ name }) => name)).toEqual([
      "accuracy",
      "loss",
      "confusion",
      "weights",
      "mistakes",
    ]);
    expect(chartFiles({ ...run, steps: rates }).map(({ name }) => name)).toContain("learning-rate");
    expect(chartFiles({ ...run, steps: [], results: undefined })).toEqual([]);
  });

  it("are SVG that a strict reader takes, and PNGs of twice the size", () => {
    for (const { svg } of chartFiles(run)) {
      const [, width, height] = /viewBox="0 0 (\d+) ([\d.]+)"/.exec(svg) ?? [];
      const png = decode(render(svg).png);
      expect(png.width).toBe(2 * Number(width));
      expect(Math.abs(png.height - 2 * Number(height))).toBeLessThanOrEqual(1);
    }
  });

  it("hold words with the font that comes with the program, and none of the system's", () => {
    const [{ svg }] = chartFiles(run);
    const without = svg.replaceAll(/<text[^>]*>[^<]*<\/text>/g, "");
    const dark = (source: string): number => {
      const { data, channels } = decode(render(source).png);
      return Array.from(data).filter((value, i) => i % channels === 0 && value < 128).length;
    };
    expect(dark(svg)).toBeGreaterThan(dark(without) + 500);
  });

  it("stay well-formed with hostile class names", () => {
    const evil = `</text><script>"'&\u0000\u202e`;
    const files = chartFiles({ ...run, results: { ...results, classes: [evil, evil] } });
    for (const { svg } of files) {
      expect(svg).not.toContain("<script");
      expect(() => render(svg)).not.toThrow();
    }
  });

  it("need nothing from elsewhere", () => {
    for (const { svg } of chartFiles(run)) {
      for (const [, address] of svg.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^data:image\/png/);
      expect(svg).not.toMatch(/url\(|@import|<style/);
    }
  });
});

describe("pictures", () => {
  it("of digits are ink on paper", () => {
    const png = decode(digitPng({ rows: 1, columns: 3, pixels: Uint8Array.of(0, 100, 255) }));
    expect([png.width, png.height, ...png.data]).toEqual([3, 1, 255, 155, 0]);
  });

  it("of weights are blue below 0, white at 0, vermilion above", () => {
    const png = decode(
      weightPng({ path: "w", index: 0, rows: 1, columns: 3, limit: 1, levels: Int8Array.of(-127, 0, 127) }),
    );
    expect([...png.data]).toEqual([0, 114, 178, 255, 255, 255, 213, 94, 0]);
  });

  it("stand in an address by themselves", () => {
    expect(dataUri(Uint8Array.of(1, 2, 3))).toBe("data:image/png;base64,AQID");
  });
});

describe("a curve of many steps in few points", () => {
  it("keeps the lowest, the highest, the mean and the last step", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: undefined }), {
          minLength: 1,
          maxLength: 300,
        }),
        fc.integer({ min: 1, max: 50 }),
        (values, most) => {
          const all = values.map((accuracy, i) => ({
            step: i + 1,
            loss: 0,
            ...(accuracy !== undefined && { accuracy }),
          }));
          const points = curveOf(all, ({ accuracy }) => accuracy, most);
          const known = values.filter((value) => value !== undefined);
          expect(points.length).toBeLessThanOrEqual(most);
          if (known.length === 0) return;
          expect(Math.min(...points.map(({ low }) => low))).toBe(Math.min(...known));
          expect(Math.max(...points.map(({ high }) => high))).toBe(Math.max(...known));
          expect(points.at(-1)?.step).toBe(values.findLastIndex((value) => value !== undefined) + 1);
        },
      ),
    );
  });

  it("is averaged over the points before each", () => {
    const points = [1, 2, 6, 4].map((mean, i) => ({ step: i, low: 0, high: 9, mean }));
    expect(smoothed(points, 2).map(({ mean }) => mean)).toEqual([1, 1.5, 4, 5]);
  });
});

describe("the command of a run", () => {
  const json = (value: object) => JSON.parse(JSON.stringify(value));
  it.each([
    [{}, "gradwerk train --preset article"],
    [
      { lr: 0.1, digits: [3, 8], test: [0, 5] },
      "gradwerk train --preset article --digits 3,8 --test 0:5 --lr 0.1",
    ],
    [
      { hidden: [32, 16], evalEvery: 5, capture: false },
      "gradwerk train --preset article --hidden 32,16 --eval-every 5 --no-capture",
    ],
    [{ backend: "fast.mjs" }, "gradwerk train --preset article"],
    [{ "$(rm -rf)": 1, data: "; rm -rf /", dtype: "a b", seed: "$HOME" }, "gradwerk train --preset article"],
  ])("with %j is %s", (change, expected) => {
    expect(asCommand(json({ ...articleConfig, ...change }))).toBe(expected);
  });

  it("begins with the preset of the run, and is none where that is unknown", () => {
    expect(asCommand(json({ ...mlpConfig, epochs: 5 }))).toBe("gradwerk train --preset mlp --epochs 5");
    expect(asCommand({ preset: "toString" })).toBe("");
    expect(asCommand({})).toBe("");
  });
});
