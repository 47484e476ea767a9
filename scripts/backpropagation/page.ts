// Keeps what was computed in docs/backpropagation.md: `write` puts the numbers of now between the page's marks.
import { readFileSync, writeFileSync } from "node:fs";
import { computeBlocks } from "./blocks.ts";

export const page = new URL("../../docs/backpropagation.md", import.meta.url);
const marked = /<!-- computed: (\S+) -->\n[\s\S]*?<!-- end -->/g;

/** The page with these figures in place of those that stand there. */
export function withBlocks(text: string, blocks: ReadonlyMap<string, string>): string {
  const unused = new Set(blocks.keys());
  const filled = text.replace(marked, (_, name: string) => {
    const block = blocks.get(name);
    if (block === undefined) throw new Error(`docs/backpropagation.md: nothing computes "${name}".`);
    unused.delete(name);
    return `<!-- computed: ${name} -->\n\`\`\`text\n${block}\n\`\`\`\n<!-- end -->`;
  });
  if (unused.size > 0) throw new Error(`docs/backpropagation.md has no place for ${[...unused].join(", ")}.`);
  return filled;
}

if (import.meta.main) writeFileSync(page, withBlocks(readFileSync(page, "utf8"), await computeBlocks()));
