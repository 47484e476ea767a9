import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { mostRuns, runsFolder } from "../../src/history/places.ts";

describe("the folder of runs", () => {
  it.each([
    [{}, "linux", "/home/ada/.local/share/gradwerk/runs"],
    [{ XDG_DATA_HOME: "/data" }, "linux", "/data/gradwerk/runs"],
    [{ XDG_DATA_HOME: "" }, "linux", "/home/ada/.local/share/gradwerk/runs"],
    // The specification says to ignore a relative path.
    [{ XDG_DATA_HOME: "data" }, "linux", "/home/ada/.local/share/gradwerk/runs"],
    [{}, "darwin", "/home/ada/Library/Application Support/gradwerk/runs"],
    [{ XDG_DATA_HOME: "/data" }, "darwin", "/data/gradwerk/runs"],
    [{}, "win32", "\\home\\ada\\AppData\\Local\\gradwerk\\runs"],
    [{ LOCALAPPDATA: "D:\\Local" }, "win32", "D:\\Local\\gradwerk\\runs"],
    [{ GRADWERK_RUNS: "/runs", XDG_DATA_HOME: "/data" }, "linux", "/runs"],
    [{ GRADWERK_RUNS: "" }, "linux", "/home/ada/.local/share/gradwerk/runs"],
  ])("with %j on %s is %s", (variables, platform, expected) => {
    expect(runsFolder(variables, platform, "/home/ada")).toBe(expected);
  });

  it("that is named by a relative path is below the current one", () => {
    expect(runsFolder({ GRADWERK_RUNS: join("a", "b") })).toBe(resolve("a", "b"));
  });

  it("is that of this test and not of the person who runs it", () => {
    expect(runsFolder()).toMatch(/test-runs$/);
  });
});

describe("the number of runs that stay", () => {
  it.each([
    [undefined, 200],
    ["", 200],
    ["many", 200],
    ["-1", 200],
    ["0", 0],
    ["7", 7],
  ])("with GRADWERK_RUNS_MAX=%j is %d", (GRADWERK_RUNS_MAX, expected) => {
    expect(mostRuns({ GRADWERK_RUNS_MAX })).toBe(expected);
  });
});
