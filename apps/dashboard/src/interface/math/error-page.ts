import { formatNumber, formatSetting } from "../../drawing/format.ts";
import { faint, fitLine, type Line, lineWidth, span } from "../../drawing/styled-line.ts";
import type { LossName, StepAnatomy } from "../../run/inspection.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import { largestFirst } from "./choice.ts";
import { divergingBars, nameColumn, numberColumn } from "./columns.ts";
import { moveOnWay } from "./moves.ts";
import { outputName } from "./names.ts";
import { beside, composed, type MathPage } from "./page.ts";
import { greyPicture } from "./pictures.ts";

const words: Readonly<Record<LossName, string>> = {
  "half squared error":
    "The error E says with one number how far the outputs y are from what they should be, t.",
  "cross entropy":
    "The error E is large where the network gives little to the right class; t is what the shares should be.",
  "mean squared error":
    "The error E says how far the pixels that come out, y, are from those that went in, t.",
};

const formulas: Readonly<Record<LossName, string>> = {
  "half squared error": "E = 1/2 sum over k of (y_k - t_k)^2",
  "cross entropy": "E = - sum over k of t_k ln y_k",
  "mean squared error": "E = mean over k of (y_k - t_k)^2",
};

/** Rows of the table, its head too, above the images. */
const rowsBesideImages = 7;

/** Terms of the sum that are written out. */
const written = 2;

/** The page of the error: outputs, targets, and the number that both come to. */
export function errorPage(last: number): MathPage {
  return {
    short: "E",
    title: "E: the error",
    down: moveOnWay("output", last + 1, (scene) => rowsOf(scene.anatomy)),
    draw: (scene, room) => {
      const { anatomy, way } = scene;
      const { outputs, target, lossName } = anatomy;
      const rows = rowsOf(anatomy);
      const miss = (k: number): number => outputs[k] - target[k];
      return composed(
        {
          words: words[lossName],
          formulas: [formulas[lossName]],
          numbers: [errorWithNumbers(anatomy), ...batchWords(anatomy)],
          table: {
            columns: [
              nameColumn("k", rows, (k) => `${k}  ${outputName(scene, k)}`),
              numberColumn("y_k", (k) => outputs[k]),
              numberColumn("t_k", (k) => target[k], { format: formatSetting }),
              numberColumn("y_k - t_k", miss),
            ],
            rows,
            ...(last >= 0 && { selected: way[last + 1] }),
            bar: divergingBars(rows, miss),
          },
          ...(lossName === "mean squared error" && {
            tableRows: rowsBesideImages,
            picture: (width, height) => imagePair(anatomy, { width, height, level: room.level }),
          }),
        },
        room,
      );
    },
  };
}

/** The image that came out, and beside it the one that went in; nothing where there is no room for both. */
function imagePair(
  { outputs, target, rows, columns }: StepAnatomy,
  { width, height, level }: ScreenRoom,
): Line[] {
  const room = { width: Math.floor(width / 2) - 1, height: height - 1, level };
  const [out, wanted] = [outputs, target].map((pixels) => greyPicture(pixels, { rows, columns }, room));
  if (out.length === 0) return [];
  const left = lineWidth(out[0]) + 2;
  return [
    [...fitLine([span("y, what it gives", faint)], left), span("t, what went in", faint)],
    ...beside(out, left, wanted),
  ];
}

/** Outputs in their order; those of an image by how far they are off. */
function rowsOf({ outputs, target, lossName }: StepAnatomy): number[] {
  if (lossName !== "mean squared error") return outputs.map((_, k) => k);
  return largestFirst(outputs.map((y, k) => y - target[k]));
}

function errorWithNumbers({ outputs, target, lossName, imageLoss }: StepAnatomy): string {
  const result = formatNumber(imageLoss);
  if (lossName === "cross entropy") {
    const order = largestFirst(target);
    const terms = order
      .slice(0, written)
      .map((k) => `${formatSetting(target[k])} * ln ${formatNumber(outputs[k])}`);
    return `E = -(${terms.join(" + ")}${moreThan(written, order.length)}) = ${result}`;
  }
  const order = largestFirst(outputs.map((y, k) => y - target[k]));
  const shown = order.length <= written ? outputs.map((_, k) => k) : order.slice(0, written);
  const terms = shown.map((k) => `(${formatNumber(outputs[k])} - ${formatSetting(target[k])})^2`);
  const sum = `(${terms.join(" + ")}${moreThan(written, order.length)})`;
  return lossName === "half squared error"
    ? `E = 1/2 ${sum} = ${result}`
    : `E = 1/${outputs.length} ${sum} = ${result}`;
}

function moreThan(shown: number, all: number): string {
  return all > shown ? ` + ${all - shown} more` : "";
}

/** What is to be said where a step learns from more than one image. */
function batchWords({ batchSize, loss }: StepAnatomy): string[] {
  return batchSize === 1
    ? []
    : [`First of ${batchSize} images; their mean, the step's loss: ${formatNumber(loss)}`];
}
