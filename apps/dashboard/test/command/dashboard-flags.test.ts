import { Command } from "commander";
import { afterEach, describe, expect, it, vi } from "vitest";
import { addLookFlags, type Look, lookOf } from "../../src/cli/dashboard-flags.ts";
import { FakeTerminal } from "../interface/fake-terminal.ts";

afterEach(() => vi.unstubAllEnvs());

/** How the dashboard looks with flags on a terminal that answers no question. */
function lookWith(...flags: string[]): Promise<Look> {
  const command = addLookFlags(new Command().exitOverride()).parse(flags, { from: "user" });
  const { stdin, stdout } = new FakeTerminal(80, 24);
  return lookOf(command.opts(), stdin, stdout);
}

describe("how the dashboard looks", () => {
  it.each([
    ["C.UTF-8", [], false],
    ["C", [], true],
    ["C", ["--no-ascii"], false],
    ["C.UTF-8", ["--ascii"], true],
  ])("with the locale %s and %j is in ASCII: %s", async (locale, flags, expected) => {
    vi.stubEnv("LC_ALL", locale);
    vi.stubEnv("TERM", "xterm-256color");
    expect((await lookWith(...flags)).ascii).toBe(expected);
  });

  it.each([
    ["0;15", [], "light"],
    ["15;0", [], "dark"],
    ["0;15", ["--theme", "dark"], "dark"],
    ["15;0", ["--theme", "light"], "light"],
    [undefined, [], "dark"],
  ])("with COLORFGBG=%s and %j is %s", async (told, flags, expected) => {
    vi.stubEnv("COLORFGBG", told);
    expect((await lookWith(...flags)).ground).toBe(expected);
  });

  it.each([
    [undefined, [], false],
    ["true", [], true],
    [undefined, ["--screen-reader"], true],
  ])("with INK_SCREEN_READER=%s and %j is in words: %s", async (told, flags, expected) => {
    vi.stubEnv("INK_SCREEN_READER", told);
    expect((await lookWith(...flags)).screenReader).toBe(expected);
  });
});
