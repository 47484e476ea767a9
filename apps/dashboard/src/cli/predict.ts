import { bar } from "../drawing/bar.ts";
import { type ColorLevel, detectColorLevel, palette } from "../drawing/color.ts";
import { formatPercent } from "../drawing/format.ts";
import { halfBlockLines } from "../drawing/half-blocks.ts";
import { paint } from "../drawing/paint.ts";
import { bold, faint, fitLine, type Line, plainText, span } from "../drawing/styled-line.ts";
import { type OpenedCheckpoint, openCheckpoint } from "../run/open-checkpoint.ts";
import { type Prediction, predict } from "../run/predict.ts";
import { type NamedImage, readImages } from "../run/read-images.ts";

export interface PredictFlags {
  readonly data?: string;
  readonly json?: boolean;
}

/** Classes that are shown, and cells of a bar. */
const shown = 3;
const barWidth = 24;

/** `gradwerk predict CHECKPOINT [IMAGE...]`: what a network says about images. */
export async function predictCommand(
  file: string,
  words: readonly string[],
  { data, json }: PredictFlags,
): Promise<number> {
  const opened = await openCheckpoint(file);
  try {
    const { images, classNames = [] } = await readImages(words.length === 0 ? ["0"] : words, opened, data);
    const nameOf = (label: number): string => classNames[label] ?? String(label);
    // In a pipe nothing but text.
    const level = process.stdout.isTTY || process.env.FORCE_COLOR ? detectColorLevel(process.env) : undefined;
    for (const image of images) {
      const [prediction] = await predict(opened, image.pixels);
      const told = json
        ? JSON.stringify(asJson(opened, image, prediction, nameOf))
        : inLines(opened, image, prediction, nameOf, level).join("\n");
      process.stdout.write(`${told}\n`);
    }
    return 0;
  } finally {
    await opened.dispose();
  }
}

function asJson(
  { labels }: OpenedCheckpoint,
  { name, label }: NamedImage,
  prediction: Prediction,
  nameOf: (label: number) => string,
): object {
  const known = { image: name, ...(label !== undefined && { label }) };
  if (prediction.kind === "image")
    return { ...known, error: prediction.error, pixels: Array.from(prediction.pixels) };
  const { shares, guess } = prediction;
  return {
    ...known,
    predicted: labels[guess],
    className: nameOf(labels[guess]),
    outputs: shares.map((share, i) => ({ label: labels[i], share })),
  };
}

function inLines(
  opened: OpenedCheckpoint,
  image: NamedImage,
  prediction: Prediction,
  nameOf: (label: number) => string,
  level: ColorLevel | undefined,
): string[] {
  const { rows, columns } = opened;
  const pictureOf = (pixels: Uint8Array): Line[] =>
    halfBlockLines({ width: columns, height: rows, pixels }, level ?? "none").map((line) =>
      fitLine(line, columns),
    );
  const picture = pictureOf(image.pixels);
  const beside =
    prediction.kind === "image"
      ? pictureOf(prediction.pixels)
      : classLines(opened, image, prediction, nameOf);
  const head: Line =
    prediction.kind === "image"
      ? [
          ...fitLine([span(plainText(image.name), bold)], columns + 2),
          span(`what came out, mean squared error ${prediction.error.toFixed(4)}`, faint),
        ]
      : [span(plainText(image.name), bold)];
  const body = picture.map((line, y) => [...line, span("  "), ...(beside[y] ?? [])]);
  return [head, ...body].map((line) =>
    (level === undefined
      ? line.map(({ text }) => text).join("")
      : paint(line, { level, ground: "dark", ascii: false })
    ).trimEnd(),
  );
}

function classLines(
  { labels }: OpenedCheckpoint,
  { label }: NamedImage,
  { shares, guess }: Extract<Prediction, { kind: "classes" }>,
  nameOf: (label: number) => string,
): Line[] {
  const places = shares.map((_, i) => i).sort((a, b) => shares[b] - shares[a]);
  const names = places.slice(0, shown).map((place) => nameOf(labels[place]));
  const width = Math.max(...names.map((name) => name.length));
  const isRight = label === labels[guess];
  const color = label === undefined ? palette.accent : isRight ? palette.right : palette.wrong;
  const truth = label === undefined ? "" : isRight ? ", which is right" : `; it is ${nameOf(label)}`;
  return [
    [],
    [span(`says ${plainText(names[0])}`, { bold: true, foreground: color }), span(plainText(truth))],
    [],
    ...places
      .slice(0, shown)
      .map(
        (place, rank): Line => [
          span(`${plainText(names[rank]).padEnd(width)} ${formatPercent(shares[place]).padStart(7)} `),
          ...bar(shares[place], barWidth, { foreground: color }),
        ],
      ),
  ];
}
