import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import GithubSlugger from "github-slugger";
import { fromMarkdown } from "mdast-util-from-markdown";

export const root = fileURLToPath(new URL("../../", import.meta.url));

type Node = ReturnType<typeof fromMarkdown> | ReturnType<typeof fromMarkdown>["children"][number];

/** A piece of code between fences. */
export interface Block {
  /** The page, seen from the root, and the line at which the code begins. */
  readonly place: string;
  readonly language: string;
  /** What else stands behind the fence's language, such as `fragment`. */
  readonly info: string;
  readonly code: string;
}

export interface Link {
  readonly target: string;
  readonly line: number;
  /** The text where it is nothing but code: `[`code`](target)`. */
  readonly code: string | undefined;
}

/** A markdown page of the repository. */
export interface Page {
  /** Seen from the root. */
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly links: readonly Link[];
  /** What stands in the running text as `code`. */
  readonly spans: readonly string[];
  /** What headings are called in links, without the `#`. */
  readonly anchors: ReadonlySet<string>;
}

/** Every page that people read. */
export function readPages(): readonly Page[] {
  const patterns = [
    "*.md",
    "examples/*.md",
    "docs/**/*.md",
    "{packages,apps}/*/README.md",
    "packages/*/template/README.md",
  ];
  return globSync(patterns, { cwd: root })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.includes("node_modules/") && !path.endsWith("CHANGELOG.md"))
    .sort()
    .map(readPage);
}

function readPage(path: string): Page {
  const slugger = new GithubSlugger();
  const page = {
    path,
    blocks: [] as Block[],
    links: [] as Link[],
    spans: [] as string[],
    anchors: new Set<string>(),
  };
  const visit = (node: Node): void => {
    const line = node.position?.start.line ?? 0;
    if (node.type === "code") {
      const [language, info] = [node.lang ?? "", node.meta ?? ""];
      page.blocks.push({ place: `${path}:${line + 1}`, language, info, code: `${node.value}\n` });
    }
    if (node.type === "inlineCode") page.spans.push(node.value);
    if (node.type === "heading") page.anchors.add(slugger.slug(textOf(node)));
    if (node.type === "link" || node.type === "image" || node.type === "definition") {
      const [only, ...others] = node.type === "link" ? node.children : [];
      const code = only?.type === "inlineCode" && others.length === 0 ? only.value : undefined;
      page.links.push({ target: node.url, line, code });
    }
    if ("children" in node) for (const child of node.children) visit(child);
  };
  visit(fromMarkdown(readFileSync(`${root}${path}`, "utf8")));
  return page;
}

function textOf(node: Node): string {
  if ("children" in node) return node.children.map(textOf).join("");
  return "value" in node ? node.value : "";
}
