import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bar, progressLine } from "../../src/drawing/bar.ts";
import { bigDigits } from "../../src/drawing/big-digits.ts";
import {
  formatDuration,
  formatLoss,
  formatMegabytes,
  formatPercent,
  formatRate,
} from "../../src/drawing/format.ts";
import { panel } from "../../src/drawing/panel.ts";
import { fitLine, lineWidth, plainText, span, spreadLine, wrapWords } from "../../src/drawing/styled-line.ts";

const line = fc.array(
  fc.string({ unit: fc.constantFrom("a", "█", "⠿", " "), maxLength: 12 }).map((text) => span(text)),
  {
    maxLength: 6,
  },
);
const width = fc.integer({ min: 0, max: 60 });
const words = fc.array(fc.string({ unit: fc.constantFrom("x", "y"), minLength: 1, maxLength: 12 }));

describe("lines", () => {
  it("fit any width exactly", () => {
    fc.assert(
      fc.property(line, width, (any, cells) => {
        expect(lineWidth(fitLine(any, cells))).toBe(cells);
      }),
    );
  });

  it("spread to any width exactly and keep their left part whole where there is room", () => {
    fc.assert(
      fc.property(line, line, width, (left, right, cells) => {
        const spread = spreadLine(left, right, cells);
        expect(lineWidth(spread)).toBe(cells);
        if (lineWidth(left) < cells) expect(spread.slice(0, left.length)).toEqual(left);
      }),
    );
  });

  it("wrap at words, keep every word in order and never get too wide", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 40 }), (parts, cells) => {
        const wrapped = wrapWords(parts.join(" "), cells);
        expect(wrapped.join(" ")).toBe(parts.join(" "));
        for (const row of wrapped) expect(row.length).toBeLessThanOrEqual(cells);
      }),
    );
  });

  it("cut a word that is wider than the line", () => {
    expect(wrapWords("abcdefgh ij", 3)).toEqual(["abc", "def", "gh", "ij"]);
  });

  it("hold nothing from outside that might take two cells or none", () => {
    expect(plainText("data/数字\u0301\u001B[31m😀é")).toBe("data/????[31m?é");
  });
});

describe("a panel", () => {
  it("has exactly the size asked for, whatever is put into it", () => {
    const size = fc.integer({ min: 8, max: 60 });
    fc.assert(
      fc.property(
        line,
        line,
        fc.array(line),
        size,
        fc.integer({ min: 2, max: 30 }),
        (title, note, lines, cells, rows) => {
          const framed = panel({ title, note, width: cells, height: rows }, lines);
          expect(framed).toHaveLength(rows);
          for (const row of framed) expect(lineWidth(row)).toBe(cells);
        },
      ),
    );
  });
});

describe("bars", () => {
  it("have exactly the width asked for, for any share", () => {
    fc.assert(
      fc.property(fc.double(), width, (share, cells) => {
        expect(lineWidth(bar(share, cells))).toBe(cells);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), width, (share, cells) => {
        expect(lineWidth(progressLine(share, cells))).toBe(cells);
      }),
    );
  });

  it("are filled to an eighth of a cell", () => {
    const texts = [0, 0.5, 0.5625, 1].map((share) =>
      bar(share, 2)
        .map(({ text }) => text)
        .join(""),
    );
    expect(texts).toEqual(["··", "█·", "█▏", "██"]);
  });
});

describe("large figures", () => {
  it("are three rows of one width", () => {
    const rows = bigDigits("97.8 %");
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  });

  it("look like what they say", () => {
    expect(bigDigits("1.")).toEqual(["▄█   ", " █   ", "▀▀▀ ▀"]);
  });
});

describe("numbers", () => {
  it.each([
    [0.31, "0.31 s"],
    [5.24, "5.2 s"],
    [59.4, "59 s"],
    [59.6, "1 min 00 s"],
    [185, "3 min 05 s"],
    [7620, "2 h 07 min"],
    [Number.NaN, "?"],
  ])("say %d seconds as %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it.each([
    [0.7418, "0.742"],
    [0.03124, "0.0312"],
    [0.000012, "1.2e-5"],
    [12.34, "12.3"],
    [0, "0.000"],
    [Number.NaN, "NaN"],
  ])("say a loss of %d as %s", (loss, text) => expect(formatLoss(loss)).toBe(text));

  it.each([
    [40_000, "0.0 MB"],
    [9_940_000, "9.9 MB"],
    [9_960_000, "10 MB"],
    [1_234_500_000, "1,235 MB"],
  ])("say %d bytes as %s", (bytes, text) => expect(formatMegabytes(bytes)).toBe(text));

  it("say shares and rates", () => {
    expect(formatPercent(0.978)).toBe("97.8 %");
    expect(formatRate(39.84)).toBe("39.8");
    expect(formatRate(12_345.6)).toBe("12,346");
  });
});
