import { type DefaultTreeAdapterTypes, html, parse } from "parse5";
import { describe, expect, it } from "vitest";
import type { RunRecord } from "../../src/history/record.ts";
import { darkColors, lightColors } from "../../src/report/colors.ts";
import { reportPage } from "../../src/report/page.ts";
import type { RunResults } from "../../src/run/results.ts";
import { beginning, ending, results, steps } from "../history/examples.ts";

const run: RunRecord = {
  id: "20260304-050607-article-oqab",
  ...beginning,
  status: "finished",
  steps,
  ending,
  results,
};

type Element = DefaultTreeAdapterTypes.Element;

/** All elements of a page, which must hold no error that a parser mends in silence. */
function elementsOf(page: string): Element[] {
  const errors: string[] = [];
  const document = parse(page, {
    onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`),
  });
  expect(errors).toEqual([]);
  const found: Element[] = [];
  const walk = (node: DefaultTreeAdapterTypes.Node): void => {
    if ("attrs" in node) found.push(node);
    if ("childNodes" in node) for (const child of node.childNodes) walk(child);
  };
  walk(document);
  return found;
}

const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((candidate) => candidate.name === name)?.value;
const named = (elements: readonly Element[], name: string): Element[] =>
  elements.filter(({ tagName }) => tagName === name);

function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

describe("the page of a run", () => {
  const page = reportPage(run);
  const elements = elementsOf(page);
  const text = elements.map(textOf)[0].replaceAll(/\s+/g, " ");

  it("needs nothing from elsewhere and runs nothing", () => {
    for (const element of elements) {
      expect(["script", "link", "iframe", "object", "embed", "form"]).not.toContain(element.tagName);
      for (const { name, value } of element.attrs) {
        expect(name).not.toMatch(/^on/);
        if (["src", "href", "action", "srcset"].includes(name))
          expect(value).toMatch(/^data:image\/png;base64,/);
      }
    }
    expect(page).not.toMatch(/@import|url\(/);
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:/);
    const policy = named(elements, "meta").find(
      (meta) => attribute(meta, "http-equiv") === "Content-Security-Policy",
    );
    expect(policy && attribute(policy, "content")).toMatch(/^default-src 'none'/);
  });

  it("says what the run was and came to", () => {
    for (const part of [
      "article on MNIST",
      "A 784-10-2 network learns MNIST",
      "88.0 %",
      "Of 1,000 test images that the network had never seen, it recognised 880 and mistook 120.",
      "gradwerk train --preset article",
      "Some CPU, 2 cores",
      "Node26.10.0",
      "SHA-256 ba89",
      "is 7, says 1",
      "0.900",
    ]) {
      expect(text.replaceAll("\n", " ")).toContain(part);
    }
  });

  it("shows the confusion matrix with recall and precision", () => {
    const matrix = elements.find((element) => attribute(element, "class") === "matrix");
    const cells = named(
      elementsOf(
        `<!doctype html><table>${page.split('class="matrix"')[1].split("<thead>")[1].split("</table>")[0]}</table>`,
      ),
      "td",
    );
    expect(matrix).toBeDefined();
    expect(cells.map(textOf)).toEqual(["", "495", "5", "17", "483"]);
    // 495 of 500, 495 of 512; 483 of 500, 483 of 488.
    expect(text).toMatch(/1\s*500\s*99\.0 %\s*96\.7 %\s*7\s*500\s*96\.6 %\s*99\.0 %/);
  });

  it("can be read without seeing it", () => {
    expect(attribute(named(elements, "html")[0], "lang")).toBe("en");
    expect(named(elements, "h1")).toHaveLength(1);
    for (const image of named(elements, "img")) expect(attribute(image, "alt")).toMatch(/\w+/);
    for (const svg of named(elements, "svg")) {
      expect(attribute(svg, "role")).toBe("img");
      const [title, description] = svg.childNodes.filter((node) => "tagName" in node);
      expect([textOf(title), textOf(description)]).toEqual([
        expect.stringMatching(/over the steps/),
        expect.stringMatching(/\d/),
      ]);
    }
    for (const table of named(elements, "table")) {
      const labelled = attribute(table, "aria-labelledby");
      const headings = named(elementsBelow(table), "th");
      expect(headings.length).toBeGreaterThan(0);
      for (const heading of headings) expect(attribute(heading, "scope")).toMatch(/^(row|col)$/);
      if (labelled !== undefined)
        expect(elements.some((element) => attribute(element, "id") === labelled)).toBe(true);
    }
  });

  it("has the values of its curves as tables", () => {
    expect(text).toMatch(/step\s*value\s*5\s*58\.0 %\s*10\s*68\.0 %\s*15\s*78\.0 %\s*20\s*88\.0 %/);
  });

  it("suits a phone, the dark and paper", () => {
    expect(page).toMatch(/name="viewport" content="width=device-width/);
    expect(page).toMatch(/@media \(prefers-color-scheme:dark\)/);
    expect(page).toMatch(/@media print/);
  });
});

function elementsBelow(element: Element): Element[] {
  return element.childNodes.flatMap((node) => ("attrs" in node ? [node, ...elementsBelow(node)] : []));
}

describe("the page of any run", () => {
  const controls = ["\u0000", "\u202e", "\u001b"] as const;
  const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>]]>${controls.join("")}[31m'`;

  it("holds hostile words as words", () => {
    const evil: RunRecord = {
      ...run,
      id: hostile,
      name: hostile,
      status: "failed",
      failure: hostile,
      config: { [hostile]: hostile, preset: hostile, nested: { [hostile]: [hostile] } },
      info: {
        ...run.info,
        preset: hostile,
        dataSet: hostile,
        architecture: hostile,
        dataSource: hostile,
        sha256: { [hostile]: hostile },
        backend: { name: hostile, dtype: hostile, threads: 1, simd: hostile },
      },
      environment: { ...run.environment, cpu: hostile, node: hostile, gradwerk: hostile, platform: hostile },
      results: {
        ...results,
        classes: [hostile, hostile],
        weights: results.weights.map((weight) => ({ ...weight, path: hostile })),
      },
    };
    const page = reportPage(evil);
    const names = (elements: readonly Element[]): string[] =>
      [...new Set(elements.map(({ tagName }) => tagName))].sort();
    const elements = elementsOf(page);
    expect(names(elements)).toEqual(
      names(elementsOf(reportPage({ ...run, name: "x" }))).filter(
        (name) => name !== "pre" && name !== "code",
      ),
    );
    expect(elements.every(({ namespaceURI }) => [html.NS.HTML, html.NS.SVG].includes(namespaceURI))).toBe(
      true,
    );
    expect(elements.flatMap(({ attrs }) => attrs).filter(({ name }) => name.startsWith("on"))).toEqual([]);
    expect(textOf(named(elements, "h1")[0])).toBe(hostile.replace(controls.join(""), "\uFFFD\uFFFD\uFFFD"));
    for (const control of controls) expect(page).not.toContain(control);
  });

  it.each([
    ["without a step", { steps: [], ending: undefined, results: undefined, status: "interrupted" }],
    ["without an accuracy", { steps: steps.map(({ step, loss }) => ({ step, loss })) }],
    ["with one step", { steps: steps.slice(0, 1) }],
    ["with losses of 0", { steps: steps.map((step) => ({ ...step, loss: 0 })) }],
    ["with outputs that are images", { results: { ...results, classes: [], confusion: [], mistakes: [] } }],
    ["without pictures", { results: { ...results, weights: [], mistakes: [] } }],
    [
      "with an untested class",
      {
        results: {
          ...results,
          confusion: [
            [0, 0],
            [0, 5],
          ],
        },
      },
    ],
  ])("%s is whole", (_, change) => {
    const page = reportPage({ ...run, ...(change as Partial<RunRecord>) });
    elementsOf(page);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("of many classes lists what is confused most in place of the matrix", () => {
    const classes = Array.from({ length: 62 }, (_, i) => `class ${i}`);
    const confusion = classes.map((_, i) =>
      classes.map((__, j) => (i === j ? 90 : j === (i + 1) % 62 ? i : 0)),
    );
    const page = reportPage({ ...run, results: { ...results, classes, confusion, mistakes: [] } });
    elementsOf(page);
    expect(page).not.toContain('class="matrix"');
    expect(page).toContain("class 61 for class 0 (61), class 60 for class 61 (60)");
  });

  it("stays below 2 MB, whatever the run holds", () => {
    let seed = 1;
    const noise = (): number => {
      seed = (seed * 48271) % 2147483647;
      return seed & 255;
    };
    const picture = (side: number) => ({
      rows: side,
      columns: side,
      pixels: Uint8Array.from({ length: side * side }, noise),
    });
    const classes = Array.from({ length: 1000 }, (_, i) => `a class with a long name ${i}`);
    const huge: RunResults = {
      ...results,
      classes,
      confusion: classes.map(() => classes.map(noise)),
      mistakes: Array.from({ length: 300 }, (_, index) => ({
        index,
        truth: 0,
        guess: 1,
        outputs: classes.map(noise),
        image: picture(100),
      })),
      weights: Array.from({ length: 300 }, (_, index) => {
        const { pixels, ...size } = picture(100);
        return { path: "0.weight", index, limit: 1, ...size, levels: new Int8Array(pixels.buffer) };
      }),
    };
    const long = "long ".repeat(2000);
    const page = reportPage({
      ...run,
      name: long,
      results: huge,
      steps: Array.from({ length: 300_000 }, (_, i) => ({
        step: i + 1,
        loss: noise(),
        accuracy: noise() / 256,
        learningRate: noise(),
      })),
      config: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${long}${i}`, long])),
      info: {
        ...run.info,
        sha256: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}`, long])),
      },
    });
    expect(page.length).toBeLessThan(2_000_000);
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    elementsOf(page);
  });
});

/** WCAG 2.2, "contrast ratio" and "relative luminance". */
function contrast(a: string, b: string): number {
  const luminance = (color: string): number => {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ["light", lightColors],
  ["dark", darkColors],
])("the %s colours", (_, colors) => {
  it("have the contrast that WCAG asks for: words 4.5, lines 3", () => {
    const { background, text, faint, accuracy, loss, rate, lossBand } = colors;
    for (const words of [text, faint]) expect(contrast(words, background)).toBeGreaterThan(4.5);
    for (const line of [accuracy, loss, rate]) expect(contrast(line, background)).toBeGreaterThan(3);
    expect(contrast(loss, lossBand)).toBeGreaterThan(3);
    // White on blue, in a cell of the matrix.
    expect(contrast(background, accuracy)).toBeGreaterThan(4.5);
  });
});
