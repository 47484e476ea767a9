import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { formatCount } from "../drawing/format.ts";
import { chartFont } from "../fonts.ts";
import type { RunRecord } from "../history/record.ts";
import type { RunResults } from "../run/results.ts";
import { lightColors } from "./colors.ts";
import { curvesOf } from "./curves.ts";
import { chartFonts, lineChart } from "./line-chart.ts";
import { type Markup, markup } from "./markup.ts";
import { dataUri, digitPng, weightPng } from "./pictures.ts";

/** A chart as an SVG file. */
export interface ChartFile {
  /** Without an ending: `loss`. */
  readonly name: string;
  readonly svg: string;
}

const width = 760;
const colors = lightColors;

/** Every chart of a run, on white. */
export function chartFiles(run: RunRecord): ChartFile[] {
  const { results } = run;
  const curves = curvesOf(run, colors).map(({ name, caption, chart }) =>
    chartFile(name, caption, 320, lineChart(chart, { width, height: 320 }, colors)),
  );
  return results === undefined ? curves : [...curves, ...resultFiles(results)];
}

/** Every chart of a run as a file of SVG and one of PNG, with its name. */
export async function* chartContents(
  run: RunRecord,
): AsyncGenerator<{ readonly file: string; readonly content: string | Uint8Array }> {
  const render = await pngRenderer();
  for (const { name, svg } of chartFiles(run)) {
    yield { file: `${name}.svg`, content: svg };
    yield { file: `${name}.png`, content: render(svg).png };
  }
}

/** The charts of what a network came to. */
function resultFiles(results: RunResults): ChartFile[] {
  const files = [confusionFile(results), weightsFile(results), mistakesFile(results)];
  return files.filter((file) => file !== undefined);
}

/** A chart as PNG. */
export interface ChartPng {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array;
}

/** The charts of what a network came to as pictures. */
export async function chartPngs(results: RunResults): Promise<ChartPng[]> {
  const render = await pngRenderer();
  return resultFiles(results).map(({ name, svg }) => ({ name, ...render(svg) }));
}

/** A drawing of `width` by `height` below its caption. */
function chartFile(name: string, caption: string, height: number, drawing: Markup): ChartFile {
  const { text } =
    markup`<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height + 40}" width="${width}" height="${height + 40}" font-family="${chartFonts}" font-size="12">
<title>${caption}</title>
<rect width="${width}" height="${height + 40}" style="fill:${colors.background}"/>
<text x="16" y="26" font-size="14" style="fill:${colors.text}">${caption}</text>
<g transform="translate(0 40)">${drawing}</g>
</svg>
`;
  return { name, svg: text };
}

/** With more classes the numbers would not fit. */
const mostClasses = 30;

function confusionFile({ classes, confusion }: RunResults): ChartFile | undefined {
  if (classes.length === 0 || classes.length > mostClasses) return undefined;
  const left = 110;
  const size = Math.min(72, (width - left - 16) / classes.length);
  const top = 28;
  const middle = (i: number): number => (i + 0.5) * size;
  const fits = (name: string): string => (name.length > 12 ? `${name.slice(0, 11)}…` : name);
  const labels = classes.map(
    (name, i) => markup`
<text x="${left - 10}" y="${top + middle(i) + 4}" text-anchor="end">${fits(name)}</text>
<text x="${left + middle(i)}" y="${top - 8}" text-anchor="middle">${size < 40 ? name.slice(0, 3) : fits(name).slice(0, 9)}</text>`,
  );
  const cells = confusion.flatMap((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, guess) => {
      const share = total === 0 ? 0 : count / total;
      const strength = truth === guess ? share : Math.sqrt(share);
      const fill = truth === guess ? colors.accuracy : colors.loss;
      const ink = strength > 0.55 ? colors.background : count === 0 ? colors.faint : colors.text;
      return markup`
<rect x="${left + guess * size}" y="${top + truth * size}" width="${size - 2}" height="${size - 2}" style="fill:${fill};fill-opacity:${strength.toFixed(3)};stroke:${colors.grid}"/>
<text x="${left + middle(guess) - 1}" y="${top + middle(truth) + 3}" text-anchor="middle" font-size="${size < 36 ? 9 : 12}" style="fill:${ink}">${formatCount(count)}</text>`;
    });
  });
  const drawing = markup`<g style="fill:${colors.text}">${labels}</g>${cells}`;
  return chartFile(
    "confusion",
    "Test images by what they are (rows) and what the network says (columns)",
    top + classes.length * size + 12,
    drawing,
  );
}

function weightsFile({ weights }: RunResults): ChartFile | undefined {
  const [first] = weights;
  if (first === undefined) return undefined;
  const across = Math.min(weights.length, first.rows < 12 ? 16 : 10);
  const size = Math.min(112, (width - 32) / across);
  const pictures = weights.map(
    (weight, i) => markup`
<image x="${16 + (i % across) * size}" y="${Math.floor(i / across) * size}" width="${size - 4}" height="${size - 4}" style="image-rendering:pixelated" href="${dataUri(weightPng(weight))}"/>`,
  );
  const rows = Math.ceil(weights.length / across);
  return chartFile(
    "weights",
    "Weights of the first layer: vermilion above 0, blue below",
    rows * size + 12,
    markup`${pictures}`,
  );
}

function mistakesFile({ mistakes, classes }: RunResults): ChartFile | undefined {
  if (mistakes.length === 0) return undefined;
  const across = 8;
  const size = (width - 32) / across;
  const pictures = mistakes.map(({ image, truth, guess }, i) => {
    const x = 16 + (i % across) * size;
    const y = Math.floor(i / across) * (size + 22);
    return markup`
<image x="${x}" y="${y}" width="${size - 8}" height="${size - 8}" style="image-rendering:pixelated" href="${dataUri(digitPng(image))}"/>
<rect x="${x}" y="${y}" width="${size - 8}" height="${size - 8}" style="fill:none;stroke:${colors.grid}"/>
<text x="${x}" y="${y + size + 6}" style="fill:${colors.text}">${`${classes[truth]}, says ${classes[guess]}`.slice(0, 14)}</text>`;
  });
  const rows = Math.ceil(mistakes.length / across);
  return chartFile(
    "mistakes",
    "The worst mistakes, and what the network says",
    rows * (size + 22) + 8,
    markup`${pictures}`,
  );
}

/** Makes PNGs of charts, of twice their size. The renderer (2.5 MB of WebAssembly) is loaded with the first. */
export async function pngRenderer(): Promise<(svg: string) => Omit<ChartPng, "name">> {
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  const module = fileURLToPath(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"));
  const [font] = await Promise.all([readFile(chartFont), initWasmOnce(initWasm, module)]);
  const options = {
    font: { fontBuffers: [font], defaultFontFamily: "DejaVu Sans" },
    fitTo: { mode: "zoom", value: 2 },
    // Pixels of images stay squares; the renderer does not know the style that says so.
    imageRendering: 1,
  } as const;
  return (svg) => {
    const renderer = new Resvg(svg, options);
    const image = renderer.render();
    const { width, height } = image;
    const png = image.asPng();
    image.free();
    renderer.free();
    return { width, height, png };
  };
}

let initialized: Promise<void> | undefined;

/** It refuses to be initialised twice. */
function initWasmOnce(initWasm: (module: Uint8Array) => Promise<void>, file: string): Promise<void> {
  initialized ??= readFile(file).then(initWasm);
  return initialized;
}
