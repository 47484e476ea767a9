import { describe, expect, it } from "vitest";
import { detectColorLevel, faintColor, grey, nearestIndex, palette } from "../../src/drawing/color.ts";
import { type Painting, paint } from "../../src/drawing/paint.ts";
import { span } from "../../src/drawing/styled-line.ts";

const dark: Painting = { level: "none", ground: "dark", ascii: false };

describe("the colour level", () => {
  it.each([
    [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, "full"],
    [{ TERM: "xterm-256color" }, "indexed"],
    [{ TERM: "xterm" }, "basic"],
    [{ TERM: "dumb" }, "none"],
    [{ TERM: "xterm-256color", COLORTERM: "truecolor", NO_COLOR: "1" }, "none"],
    [{ TERM: "xterm-256color", NO_COLOR: "" }, "indexed"],
    [{ FORCE_COLOR: "0", COLORTERM: "truecolor" }, "none"],
    [{ FORCE_COLOR: "1", TERM: "dumb" }, "basic"],
    [{ FORCE_COLOR: "2" }, "indexed"],
    [{ FORCE_COLOR: "3", NO_COLOR: "1" }, "full"],
  ] as const)("of %o is %s", (env, level) => {
    expect(detectColorLevel(env)).toBe(level);
  });
});

describe("the 256 colours", () => {
  // xterm's published palette: 16 is black and 231 white of the cube, 196 pure red, 244 the grey #808080.
  it.each([
    [[0, 0, 0], 16],
    [[255, 255, 255], 231],
    [[255, 0, 0], 196],
    [[128, 128, 128], 244],
    [[95, 135, 175], 67],
  ] as const)("have %o at %i", (rgb, index) => {
    expect(nearestIndex({ rgb, basic: 0 })).toBe(index);
  });
});

describe("the palette", () => {
  /** Source: WCAG 2.2, "relative luminance". */
  function luminance(rgb: readonly number[]): number {
    const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  const text = { ...palette, faint: faintColor };

  // WCAG's least contrast of text.
  it.each(["accuracy", "loss", "right", "wrong", "accent", "faint"] as const)(
    "has %s readable on a dark and on a light background",
    (name) => {
      const { rgb, onLight } = text[name];
      expect((luminance(rgb) + 0.05) / 0.05).toBeGreaterThanOrEqual(4.5);
      expect(1.05 / (luminance(onLight?.rgb ?? rgb) + 0.05)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it("is the other one on a light background, in 16 colours too", () => {
    const line = [span("x", { foreground: palette.loss })];
    const [red, green, blue] = palette.loss.onLight?.rgb ?? [];
    const light: Painting = { ...dark, ground: "light" };
    expect(paint(line, { ...light, level: "full" })).toContain(`38;2;${red};${green};${blue}m`);
    expect(paint(line, { ...light, level: "basic" })).toBe("\u001B[35mx\u001B[39m");
    expect(paint([span("x", { foreground: grey(7) })], { ...light, level: "full" })).toContain("38;2;7;7;7m");
  });

  it("stays as it is on a picture, which is dark on a light background too", () => {
    const sign = [span("x", { foreground: palette.loss, background: grey(0) })];
    const full: Painting = { ...dark, level: "full" };
    expect(paint(sign, { ...full, ground: "light" })).toBe(paint(sign, full));
  });
});

describe("painting", () => {
  it.each([
    ["full", "\u001B[38;2;58;155;220mx\u001B[39m"],
    ["basic", "\u001B[94mx\u001B[39m"],
    ["none", "x"],
  ] as const)("writes what the level %s allows", (level, painted) => {
    expect(paint([span("x", { foreground: palette.accuracy })], { ...dark, level })).toBe(painted);
  });

  it("keeps bold and inverse without colours", () => {
    expect(paint([span("x", { bold: true, inverse: true })], dark)).toBe(
      "\u001B[1m\u001B[7mx\u001B[22m\u001B[27m",
    );
  });

  it("writes between two segments only what differs, and ends plain", () => {
    const line = [
      span("a", { background: grey(0) }),
      span("b", { background: grey(0), bold: true }),
      span("c"),
    ];
    expect(paint(line, { ...dark, level: "full" })).toBe(
      "\u001B[48;2;0;0;0ma\u001B[1mb\u001B[22m\u001B[49mc",
    );
  });

  it("turns bold into faint by ending bold first, since both end the same way", () => {
    expect(paint([span("a", { bold: true }), span("b", { faint: true })], dark)).toBe(
      "\u001B[1ma\u001B[22m\u001B[2mb\u001B[22m",
    );
  });
});
