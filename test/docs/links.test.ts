import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { type Link, type Page, readPages, root } from "./markdown.ts";

const pages = readPages();
const anchorsOf = new Map(pages.map(({ path, anchors }) => [path, anchors]));

/** What is wrong with a link within the repository. */
function problemOf(page: Page, { target, code }: Link): string | undefined {
  const [, path = "", anchor] = /^([^#]*)(?:#(.*))?$/.exec(target) ?? [];
  const file = path === "" ? page.path : normalize(join(dirname(page.path), decodeURI(path)));
  if (!existsSync(join(root, file))) return "there is no such file";
  if (anchor !== undefined && !anchorsOf.get(file)?.has(anchor)) return `${file} has no such heading`;
  if (code === undefined || statSync(join(root, file)).isDirectory()) return undefined;
  // Code as a link's text is the file itself, or something that stands in it.
  if (file.endsWith(code.replace(/^(\.+\/)+/, "")) || !/\.(ts|tsx|mjs|js|json)$/.test(file)) return undefined;
  const flat = (text: string) => text.replace(/\s+/g, "");
  return flat(readFileSync(join(root, file), "utf8")).includes(flat(code))
    ? undefined
    : `${file} has no ${code}`;
}

describe("links in the documentation", () => {
  it.each(pages.map((page) => [page.path, page] as const))("%s leads to what is there", (_, page) => {
    const inside = page.links.filter(({ target }) => !/^[a-z]+:/i.test(target));
    const broken = inside.flatMap((link) => {
      const problem = problemOf(page, link);
      return problem === undefined ? [] : [`line ${link.line}: ${link.target}: ${problem}`];
    });
    expect(broken).toEqual([]);
  });

  it("are many", () => {
    expect(pages.length).toBeGreaterThan(25);
    expect(pages.flatMap(({ links }) => links).length).toBeGreaterThan(100);
  });
});
