import fc from "fast-check";
import { parseFragment } from "parse5";
import { describe, expect, it } from "vitest";
import { Markup, markup } from "../../src/report/markup.ts";

/** What a browser makes of it. */
function parsed(text: string) {
  const [element] = parseFragment(text).childNodes;
  if (!("attrs" in element)) throw new Error("no element");
  const [child] = element.childNodes;
  return {
    name: element.tagName,
    title: element.attrs.find(({ name }) => name === "title")?.value,
    text: child !== undefined && "value" in child ? child.value : "",
    children: element.childNodes.length,
  };
}

/** By the blocks of Unicode: C0 without tab and line feed, DEL and C1, the marks and overrides of direction, two that are none. */
function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const isControl = (code < 32 && code !== 9 && code !== 10) || (code >= 127 && code < 160);
  const turns = [0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069];
  return isControl || turns.includes(code) || code === 0xfffe || code === 0xffff ? "\uFFFD" : character;
}

describe("a template of markup", () => {
  it("keeps any text a text, in content and in attributes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const { name, title, text: content, children } = parsed(markup`<b title="${text}">${text}</b>`.text);
        expect(name).toBe("b");
        expect(children).toBeLessThanOrEqual(1);
        expect(content).toBe(title);
        expect(title).toBe([...text.toWellFormed().replaceAll(/\r\n?/g, "\n")].map(shown).join(""));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"],
    [`" onload='x'`, "&quot; onload=&#39;x&#39;"],
    ["a & b", "a &amp; b"],
    ["\u0000\u001b[31m\u009b\u202e", "\uFFFD\uFFFD[31m\uFFFD\uFFFD"],
    ["\ud800", "\uFFFD"],
    ["tab\tand\nline", "tab\tand\nline"],
    [1.5, "1.5"],
    [undefined, ""],
  ])("writes %j as %j", (value, expected) => {
    expect(markup`${value}`.text).toBe(expected);
  });

  it("takes templates as they are, alone and in lists", () => {
    const inner = [markup`<i>${"<"}</i>`, undefined, new Markup("<br>")];
    expect(markup`<p>${inner}${markup`&amp;`}</p>`.text).toBe("<p><i>&lt;</i><br>&amp;</p>");
  });
});
