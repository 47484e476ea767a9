import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFolder } from "../src/write-folder.ts";

// A file that is also a folder: the second write fails in the middle of the work, whoever runs it.
const impossible = new Map([
  ["a", "a file"],
  ["a/b", "below a file"],
]);

describe("writeFolder", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "gradwerk-write-"));
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  it("writes files and the folders they are in", () => {
    writeFolder(join(place, "new"), new Map([["a/b/c.txt", "text"]]));
    expect(readFileSync(join(place, "new/a/b/c.txt"), "utf8")).toBe("text");
  });

  it("leaves nothing behind when it fails halfway, not even the folders above", () => {
    expect(() => writeFolder(join(place, "above/new"), impossible)).toThrow(/Nothing was left there/);
    expect(readdirSync(place)).toEqual([]);
  });

  it("leaves a folder that was there, empty, when it fails halfway", () => {
    const folder = join(place, "empty");
    mkdirSync(folder);
    expect(() => writeFolder(folder, impossible)).toThrow(
      expect.objectContaining({ name: "CreateError", code: "folder-unwritable" }),
    );
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(true);
  });
});
