import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backendNameOf, packageNameProblem, suggestPackageName } from "../src/package-name.ts";

describe("packageNameProblem", () => {
  it.each(["a", "gradwerk-backend-mine", "x.y_z", "@me/gradwerk-backend-mine", "a".repeat(214)])(
    "accepts %s",
    (name) => expect(packageNameProblem(name)).toBeUndefined(),
  );

  it.each([
    ["", "it is empty"],
    ["a".repeat(215), "it has 215 characters, and 214 are allowed"],
    ["Mine", "it has capital letters"],
    ["mine!", 'it has the character "!"'],
    ["größe", 'it has the character "ö"'],
    ["a/b", 'it has the character "/"'],
    ["_mine", 'it begins with "_"'],
    ["@me/.mine", 'it begins with "."'],
    ["@me", "a scoped name is @scope/name"],
    ["@/mine", "a scoped name is @scope/name"],
    ["node_modules", "that name is taken by Node.js or npm itself"],
    ["path", "that name is taken by Node.js or npm itself"],
  ])("says of %j: %s", (name, problem) => expect(packageNameProblem(name)).toBe(problem));
});

describe("suggestPackageName", () => {
  it("always gives a name that is accepted", () => {
    const pieces = fc.constantFrom("@", "/", ".", "_", "-", "A", "b", "ö", " ", "fs", "node_modules", "🦊");
    const names = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.array(pieces).map((all) => all.join("")),
    );
    fc.assert(fc.property(names, (name) => packageNameProblem(suggestPackageName(name)) === undefined));
  });

  it("keeps a name that is right", () => {
    for (const name of ["gradwerk-backend-mine", "@me/mine"]) expect(suggestPackageName(name)).toBe(name);
  });
});

describe("backendNameOf", () => {
  it.each([
    ["gradwerk-backend-wgpu", "wgpu"],
    ["@me/gradwerk-backend-wgpu", "wgpu"],
    ["@me/backend-wgpu", "wgpu"],
    ["gradwerk-backend", "backend"],
    ["my-backend", "my-backend"],
    ["my.backend", "my-backend"],
    ["1d", "d"],
    ["123", "backend"],
  ])("of %s is %s", (packageName, name) => expect(backendNameOf(packageName)).toBe(name));
});
