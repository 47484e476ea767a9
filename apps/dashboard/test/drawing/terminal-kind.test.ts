import { describe, expect, it } from "vitest";
import { groundFromAnswer, groundFromVariables, needsAscii } from "../../src/drawing/terminal-kind.ts";

describe("whether a terminal shows only ASCII", () => {
  it.each([
    [{}, false],
    [{ LANG: "" }, false],
    [{ LANG: "de_DE.UTF-8" }, false],
    [{ LANG: "de_DE.utf8" }, false],
    [{ LANG: "C" }, true],
    [{ LANG: "POSIX" }, true],
    [{ LANG: "de_DE.ISO-8859-1" }, true],
    [{ LANG: "de_DE.UTF-8", LC_CTYPE: "C" }, true],
    [{ LANG: "C", LC_CTYPE: "C.UTF-8" }, false],
    [{ LANG: "C.UTF-8", LC_CTYPE: "C.UTF-8", LC_ALL: "C" }, true],
    [{ LANG: "C.UTF-8", TERM: "linux" }, true],
    [{ LANG: "C.UTF-8", TERM: "xterm-256color" }, false],
  ])("of %o is %s", (variables, expected) => {
    expect(needsAscii(variables)).toBe(expected);
  });
});

describe("the background", () => {
  it.each([
    [{}, undefined],
    [{ COLORFGBG: "15;0" }, "dark"],
    [{ COLORFGBG: "0;15" }, "light"],
    [{ COLORFGBG: "0;default;15" }, "light"],
    [{ COLORFGBG: "12;8" }, "dark"],
    [{ COLORFGBG: "0;7" }, "light"],
    [{ COLORFGBG: "default;default" }, undefined],
  ])("that %o tells is %s", (variables, ground) => {
    expect(groundFromVariables(variables)).toBe(ground);
  });

  it.each([
    ["\u001B]11;rgb:0000/0000/0000\u0007", "dark"],
    ["\u001B]11;rgb:ffff/ffff/ffff\u001B\\", "light"],
    ["\u001B]11;rgb:fd/f6/e3\u0007", "light"],
    ["\u001B]11;rgb:0000/2b2b/3636\u001B\\", "dark"],
    ["\u001B]11;rgba:ffff/ffff/dddd/ffff\u0007", "light"],
    ["\u001B[?62;22c", undefined],
    ["", undefined],
  ])("that a terminal answers with %j is %s", (answer, ground) => {
    expect(groundFromAnswer(answer)).toBe(ground);
  });
});
