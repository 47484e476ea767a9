import { describe, expect, it } from "vitest";
import { jsonWithoutPaths, withoutPaths } from "../../src/history/without-paths.ts";

describe("a text that is kept", () => {
  it.each([
    ["cannot read /data/some/mnist/labels: no such file", "cannot read labels: no such file"],
    ["ENOENT: open '/home/some one/x/images'", "ENOENT: open 'images'"],
    ["in /srv/project/deep/file.ts:12", "in file.ts:12"],
    ["file:///home/some%20one/backend.mjs failed", "backend.mjs failed"],
    ["C:\\Users\\some\\backend.js", "backend.js"],
    ["see ../../secret/place", "see place"],
    ["see ~/secret/place", "see place"],
    ["620,000 images/s of 1/2", "620,000 images/s of 1/2"],
    ["from https://example.org/mnist/a.gz", "from https://example.org/mnist/a.gz"],
    ["a [1, 784] x [784, 10] b", "a [1, 784] x [784, 10] b"],
  ])("%j becomes %j", (text, expected) => {
    expect(withoutPaths(text, "/home/some one", "/srv/project")).toBe(expected);
  });
});

describe("values that are kept", () => {
  it("lose their paths at any depth, blanks in them included", () => {
    const value = {
      backend: "/home/some/my kernels/wasm.mjs",
      data: ["./digits", "C:\\my digits\\x", "auto"],
      deep: { source: "folder /data/my digits", count: 3, none: null, is: true },
    };
    expect(jsonWithoutPaths(value)).toEqual({
      backend: "wasm.mjs",
      data: ["digits", "x", "auto"],
      deep: { source: "folder my digits", count: 3, none: null, is: true },
    });
  });
});
