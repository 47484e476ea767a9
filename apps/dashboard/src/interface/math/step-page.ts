import { palette } from "../../drawing/color.ts";
import { formatCount, formatNumber, formatSetting } from "../../drawing/format.ts";
import { bold, fitLine, type Line, lineWidth, span, wrapWords } from "../../drawing/styled-line.ts";
import type { StepAnatomy } from "../../run/inspection.ts";
import { largestOf } from "./choice.ts";
import { outputName, unitName } from "./names.ts";
import { beside, type MathPage, type Scene } from "./page.ts";
import { inputPicture } from "./pictures.ts";

const words =
  "Answer, error, the blame back, a small move of each weight: one step of learning. Arrow keys go through it.";

/** Cells that the lines beside the picture need. */
const linesWidth = 40;
/** Rows from which a blank line stands below the words. */
const roomy = 16;

/** The page of the whole step in one view: forward, the error, back, the update. */
export const stepPage: MathPage = {
  short: "step",
  title: "one step: forward, the error, back",
  draw: (scene, { width, height, level }) => {
    const top: Line[] = wrapWords(words, width).map((text) => [span(text)]);
    if (height >= roomy) top.push([]);
    const room = height - top.length;
    const picture = inputPicture(scene, { width: width - linesWidth - 2, height: room, level });
    const left = picture.length === 0 ? 0 : lineWidth(picture[0]) + 2;
    const side = eventsOf(scene, room).map((event) => eventLine(event, width - left));
    return [...top, ...(left === 0 ? side : beside(picture, left, side))].slice(0, height);
  },
};

interface StepEvent {
  readonly sign: string;
  readonly name: string;
  readonly words: string;
}

function eventLine({ sign, name, words: text }: StepEvent, width: number): Line {
  return fitLine(
    [span(`${sign} `, { foreground: palette.accent }), span(name.padEnd(8), bold), span(` ${text}`)],
    width,
  );
}

/** What happens in the step, in order; deep networks in fewer lines where there is little room. */
function eventsOf(scene: Scene, room: number): StepEvent[] {
  const { anatomy } = scene;
  const { layers, others, learningRate } = anatomy;
  const passed = others.length === 1 ? "" : `${others.length} layers, up to `;
  const before = others
    .slice(-1)
    .map(({ name }) => ({ sign: "→", name: "layers", words: `${passed}${name}` }));
  const single = layers.map((_, layer) => sumEvent(scene, layer));
  const backs = layers.map((_, layer) => backEvent(scene, layer)).reverse();
  const isShort = 4 + before.length + 2 * layers.length <= room;
  return [
    { sign: "→", name: "image", words: imageInWords(scene) },
    ...before,
    ...(isShort ? single : joined("x", "→", anatomy)),
    { sign: "→", name: "y", words: answerInWords(scene) },
    { sign: "■", name: "E", words: errorInWords(anatomy) },
    ...(isShort ? backs : joined("back", "←", anatomy)),
    {
      sign: "•",
      name: "update",
      words: `${formatCount(learnedIn(anatomy))} numbers, rate ${formatSetting(learningRate)}`,
    },
  ];
}

function sumEvent(scene: Scene, layer: number): StepEvent {
  const { sums } = scene.anatomy.layers[layer];
  const unit = scene.way[layer + 1];
  const own = `of ${unitName(scene, layer, unit)}: ${formatNumber(sums[unit])}`;
  return { sign: "→", name: `x(${layer})`, words: `${sums.length} sums; ${own}` };
}

function backEvent(scene: Scene, layer: number): StepEvent {
  const { back } = scene.anatomy.layers[layer];
  const unit = largestOf(back);
  return {
    sign: "←",
    name: `back(${layer})`,
    words: `largest ${formatNumber(back[unit])}: ${unitName(scene, layer, unit)}`,
  };
}

function joined(name: string, sign: string, { layers }: StepAnatomy): StepEvent[] {
  const sizes = layers.map(({ outputs }) => outputs);
  const inOrder = sign === "→" ? sizes : sizes.toReversed();
  return [{ sign, name, words: `${layers.length} layers of ${inOrder.join(", ")} units` }];
}

function imageInWords(scene: Scene): string {
  const { input, lossName, classIndex } = scene.anatomy;
  const lit = Array.from(input).filter((value) => value !== 0).length;
  const shown = lossName === "mean squared error" ? "" : `${outputName(scene, classIndex)}, `;
  return `${shown}${lit} of ${input.length} pixels lit`;
}

function answerInWords(scene: Scene): string {
  const { outputs, classIndex, lossName } = scene.anatomy;
  if (lossName === "mean squared error") return `an image of ${outputs.length} pixels`;
  const guess = largestOf(outputs);
  const verdict = guess === classIndex ? "✓" : `✗ it is ${outputName(scene, classIndex)}`;
  return `${outputName(scene, guess)} (${formatNumber(outputs[guess])}) ${verdict}`;
}

function errorInWords({ batchSize, imageLoss, loss }: StepAnatomy): string {
  const own = formatNumber(imageLoss);
  return batchSize === 1 ? own : `${own}; of all ${batchSize}: ${formatNumber(loss)}`;
}

function learnedIn({ layers, others }: StepAnatomy): number {
  const dense = layers.map(({ weight, bias }) => weight.length + bias.length);
  const further = others.flatMap(({ parameters }) => parameters.map(({ values }) => values.length));
  return [...dense, ...further].reduce((sum, count) => sum + count, 0);
}
