import { describe, expect, it } from "vitest";
import { lineWidth } from "../../src/drawing/styled-line.ts";
import { footerLine, keyInFooter } from "../../src/interface/footer-hints.ts";
import { bindingsOn, createKeyTable } from "../../src/interface/keys.ts";
import { screens } from "../../src/interface/screens.tsx";

const keyTable = createKeyTable(screens);

describe("the footer", () => {
  it.each([60, 80, 120, 200])("says on every screen how to get help and out, %d columns wide", (width) => {
    for (const { name } of screens) {
      const bindings = bindingsOn(keyTable, name);
      const line = footerLine(bindings, width);
      expect(lineWidth(line)).toBe(width);
      const text = line.map((segment) => segment.text).join("");
      expect(text, name).toMatch(/\? help .*q quit +$/);
      for (const [hint, key] of [
        ["? help", "?"],
        ["q quit", "q"],
      ] as const) {
        expect(keyInFooter(bindings, width, text.indexOf(hint))).toBe(key);
      }
    }
  });

  it("names what keys do on the screen that is shown", () => {
    const text = (name: string): string =>
      footerLine(bindingsOn(keyTable, name), 80)
        .map((segment) => segment.text)
        .join("");
    expect(text("Train")).toContain("space pause");
    expect(text("Try")).toContain("space pen");
    expect(text("Try")).not.toContain("pause");
  });
});
