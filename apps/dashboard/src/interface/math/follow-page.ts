import { palette } from "../../drawing/color.ts";
import { formatExact, formatNumber, formatSetting } from "../../drawing/format.ts";
import { bold, faint, fitLine, type Line, span, wrapWords } from "../../drawing/styled-line.ts";
import type { GradientCheck } from "../../run/inspection.ts";
import { type Followed, followed } from "./followed.ts";
import { gradientsWithNumbers } from "./gradient-page.ts";
import { activationSigns, factor, inputName, isLast } from "./names.ts";
import type { MathPage, Scene } from "./page.ts";
import { inputsOf } from "./sum-page.ts";
import { parameterMove, updateWithNumbers } from "./update-page.ts";

/** Cells of the word at the left of a part. */
const labelWidth = 8;
/** Rows from which a blank line parts the parts, and words stand above them. */
const roomy = 16;

/** The page that follows one number from what comes in through it to its update, and checks its slope. */
export const followPage: MathPage = {
  short: "follow",
  title: "one weight, from start to end",
  down: parameterMove,
  across: {
    word: "input",
    change: (scene, by) => {
      const number = followed(scene);
      if (number === undefined) return {};
      if ("other" in number.of) {
        return { number: Math.max(0, Math.min(number.index + by, number.count - 1)) };
      }
      const { dense } = number.of;
      const most = scene.anatomy.layers[dense].inputs - 1;
      const input = Math.max(0, Math.min(scene.way[dense] + by, most));
      return { way: scene.way.map((_, at) => (at === dense ? input : scene.choice.way[at])) };
    },
  },
  draw: (scene, { width, height }) => {
    const number = followed(scene);
    if (number === undefined) return [];
    const parts: Part[] = [
      { label: "forward", lines: forwardLines(scene, number) },
      { label: "back", lines: backLines(scene, number) },
      { label: "update", lines: [updateWithNumbers(scene, number)] },
    ];
    const check = checkLines(scene, number);
    const all = parts.reduce((sum, { lines }) => sum + lines.length, check.length);
    const isRoomy = height >= Math.max(roomy, all + 6);
    const words = isRoomy ? wrapWords(followWords, width).map((text): Line => [span(text)]) : [];
    const shown = isRoomy ? parts : fitted(parts, height - check.length);
    const gap: Line[] = isRoomy ? [[]] : [];
    return [
      ...words,
      ...shown.flatMap(({ label, lines }) => [
        ...gap,
        ...lines.map((text, row): Line => fitLine([...labelled(label, row), span(text)], width)),
      ]),
      ...gap,
      ...check.map((line, row): Line => fitLine([...labelled("check", row), ...line], width)),
    ].slice(0, height);
  },
};

const followWords =
  "What comes in through a weight goes up to the error; the blame comes back the same way. Both multiplied are the weight's slope.";

interface Part {
  readonly label: string;
  readonly lines: readonly string[];
}

function labelled(label: string, row: number): Line {
  return [span((row === 0 ? label : "").padEnd(labelWidth), { bold: true, foreground: palette.accent })];
}

// Of the longest part the lines in the middle give way.
function fitted(parts: readonly Part[], height: number): readonly Part[] {
  const all = parts.reduce((sum, { lines }) => sum + lines.length, 0);
  const [first, ...rest] = parts;
  const keep = first.lines.length - (all - height) - 1;
  if (all <= height || keep < 2) return parts;
  const lines = [
    ...first.lines.slice(0, keep - 1),
    `... ${first.lines.length - keep} lines more ...`,
    ...first.lines.slice(-1),
  ];
  return [{ ...first, lines }, ...rest];
}

/** The way up, from what comes in to the error. */
function forwardLines(scene: Scene, number: Followed): string[] {
  const { anatomy } = scene;
  const { others, batchSize, loss } = anatomy;
  const error =
    batchSize === 1 ? `E = ${formatNumber(loss)}` : `E of all ${batchSize} = ${formatNumber(loss)}`;
  if ("other" in number.of) {
    const { name, activation } = others[number.of.other];
    return [`${number.sign} of ${name},`, `which gives ${activation.shape.join(" x ")} numbers`, error];
  }
  return [...sumLines(scene, number, number.of), `${answerOf(scene)}; ${error}`];
}

/** What the number adds to its unit's sum, and the unit on the way up that of the next. */
function sumLines(
  { anatomy, way }: Scene,
  { sign, before }: Followed,
  { dense, isBias }: { readonly dense: number; readonly isBias: boolean },
): string[] {
  const lines: string[] = [];
  for (let layer = dense; layer < anatomy.layers.length; layer++) {
    const { weight, outputs, sums, activation, outputsOfUnits } = anatomy.layers[layer];
    const [i, j] = [way[layer], way[layer + 1]];
    const a = inputsOf(anatomy, layer)[i];
    const w = weight[i * outputs + j];
    const x = formatNumber(sums[j]);
    const isFirst = layer === dense;
    if (isFirst && !isBias)
      lines.push(`${inputName(anatomy, layer, i)}: a(${layer}, ${i}) = ${formatNumber(a)}`);
    const part =
      isFirst && isBias
        ? `${sign} = ${formatNumber(before)}`
        : `${formatNumber(w)} * ${factor(a)} = ${formatNumber(w * a)}`;
    const isActive = activation !== "none" && !isLast(anatomy, layer);
    lines.push(`${part} of x(${layer}, ${j})${isActive ? "" : ` = ${x}`}`);
    if (isActive) {
      lines.push(
        `a(${layer + 1}, ${j}) = ${activationSigns[activation]}(${x}) = ${formatNumber(outputsOfUnits[j])}`,
      );
    }
  }
  return lines;
}

function answerOf({ anatomy, way }: Scene): string {
  const k = way[anatomy.layers.length];
  return `y_${k} = ${formatNumber(anatomy.outputs[k])}, t_${k} = ${formatSetting(anatomy.target[k])}`;
}

/** The way back, from the error to the slope. */
function backLines({ anatomy, way }: Scene, { of, gradient, index, count }: Followed): string[] {
  if ("other" in of) {
    return [
      "Its slopes at all places and images add up.",
      `dE/dw = ${formatNumber(gradient)}    number ${index} of ${count}`,
    ];
  }
  const { dense, isBias } = of;
  const backs = anatomy.layers.map(
    ({ back }, layer) => `back(${layer}, ${way[layer + 1]}) = ${formatNumber(back[way[layer + 1]])}`,
  );
  const down = backs.slice(dense).reverse();
  const pairs = Array.from({ length: Math.ceil(down.length / 2) }, (_, at) =>
    down.slice(2 * at, 2 * at + 2).join("  "),
  );
  const { byWeight, byBias } = gradientsWithNumbers(anatomy, dense, way[dense], way[dense + 1]);
  return [...pairs, `dE/dw = ${isBias ? byBias : byWeight}`];
}

/** The slope measured by moving the weight both ways, beside the one by backpropagation. */
function checkLines({ check, isCalm, info }: Scene, { parameter, index }: Followed): Line[] {
  if (check === undefined || check.parameter !== parameter || check.index !== index) {
    return [
      [
        span(
          isCalm
            ? "moving the weight a little both ways ..."
            : "pause with space: then the slope is measured too",
          faint,
        ),
      ],
    ];
  }
  const { distance, lossAbove, lossBelow, numeric, analytic } = check;
  return [
    [span(`E(w + h) = ${lossAbove.toPrecision(9)}  E(w - h) = ${lossBelow.toPrecision(9)}`)],
    [span(`difference / 2h = ${formatExact(numeric)}   h = ${formatSetting(distance)}`)],
    [span(`by backpropagation ${formatExact(analytic)}  `), verdictOf(check, info.backend.dtype)],
  ];
}

/** The share of a number that rounding can change. */
const rounding: Readonly<Record<string, number>> = { float32: 2 ** -23, float64: 2 ** -52 };

/** Whether both slopes are the same as far as one can measure: a hundredth, and what rounding does to the losses. */
function verdictOf({ analytic, numeric, distance, lossAbove }: GradientCheck, dtype: string) {
  const difference = Math.abs(analytic - numeric);
  const noise = (8 * (rounding[dtype] ?? rounding.float32) * Math.abs(lossAbove)) / distance;
  if (difference > noise + 0.01 * Math.abs(analytic)) {
    return span("✗ they differ", { ...bold, foreground: palette.wrong });
  }
  const digits =
    difference === 0 ? 7 : Math.floor(-Math.log10(difference / Math.abs(analytic || difference)));
  const words =
    digits >= 2 ? `✓ ${Math.min(7, digits)} digits agree` : "✓ as near as rounding lets one measure";
  return span(words, { ...bold, foreground: palette.right });
}
