import { formatNumber } from "../../drawing/format.ts";
import { type Line, lineWidth } from "../../drawing/styled-line.ts";
import { type TableOptions, tableLines } from "../../drawing/table.ts";
import type { StepAnatomy } from "../../run/inspection.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import { largestFirst } from "./choice.ts";
import { divergingBars, nameColumn, numberColumn } from "./columns.ts";
import { moveOnWay, unitsOf } from "./moves.ts";
import { factor, inputPlace, inputWord } from "./names.ts";
import { beside, composed, type MathPage, type Scene } from "./page.ts";
import { signedPicture } from "./pictures.ts";
import { inputsOf } from "./sum-page.ts";

/** The page of the derivatives by a dense layer's weights and biases. */
export function gradientPage(anatomy: StepAnatomy, layer: number): MathPage {
  const word = layer === 0 ? inputWord(anatomy) : "input";
  return {
    short: `dW${layer}`,
    title: `dE/dW(${layer}, j, i): the gradient of layer ${layer}`,
    down: moveOnWay("unit", layer + 1, (scene) => unitsOf(scene, layer)),
    across: moveOnWay(word, layer, (scene) => largestFirst(gradientsInto(scene, layer))),
    draw: (scene, room) => {
      const { batchSize } = anatomy;
      const [i, j] = [scene.way[layer], scene.way[layer + 1]];
      const isMean = batchSize > 1;
      const { byWeight, byBias } = gradientsWithNumbers(anatomy, layer, i, j);
      return composed(
        {
          words: isMean
            ? `Each image adds its back times what came in; the sum over all ${batchSize} is the gradient. This image is the first.`
            : "The gradient: the slope by a weight is back times what came in through it. Nothing came in: the weight stays.",
          formulas: [
            `dE/dW(${layer}, j, i) = ${isMean ? "sum over images of " : ""}back(${layer}, j) a(${layer}, i)`,
          ],
          numbers: [`dE/dW(${layer}, ${j}, ${i}) = ${byWeight}`, `dE/dB(${layer}, ${j}) = ${byBias}`],
          table: (width, height) => {
            const picture = gradientPicture(scene, layer, {
              width: width - leastTable - pictureGap,
              height,
              level: room.level,
            });
            const left = picture.length === 0 ? width : width - lineWidth(picture[0]) - pictureGap;
            const table = tableLines(gradientTable(scene, layer), left, height);
            return beside(table, left + pictureGap, picture);
          },
        },
        room,
      );
    },
  };
}

/** Cells that the table needs beside a picture, and between both. */
const leastTable = 31;
const pictureGap = 2;

/** The chosen unit's weights, those with the largest derivatives first. */
function gradientTable(scene: Scene, layer: number): TableOptions {
  const { anatomy, way } = scene;
  const { back, weight, outputs } = anatomy.layers[layer];
  const a = inputsOf(anatomy, layer);
  const [i, j] = [way[layer], way[layer + 1]];
  const gradients = gradientsInto(scene, layer);
  const order = largestFirst(gradients);
  const ofThisImage = numberColumn("back * a", (place) => back[j] * a[place], { isOptional: true });
  return {
    columns: [
      nameColumn("i", order, (place) => inputPlace(anatomy, layer, place)),
      numberColumn(`a(${layer}, i)`, (place) => a[place]),
      ...(anatomy.batchSize > 1 ? [ofThisImage] : []),
      numberColumn("dE/dW", (place) => gradients[place]),
      numberColumn("W", (place) => weight[place * outputs + j], { isOptional: true }),
    ],
    rows: order,
    selected: i,
    bar: divergingBars(order, (place) => gradients[place]),
  };
}

/** The derivatives by the chosen unit's weights, each where the pixel is that it comes from. */
function gradientPicture(scene: Scene, layer: number, room: ScreenRoom): Line[] {
  const { rows, columns, others } = scene.anatomy;
  if (layer > 0 || others.length > 0) return [];
  return signedPicture(gradientsInto(scene, layer), { rows, columns, chosen: scene.way[0] }, room);
}

/** The derivatives by the weights that lead into the chosen unit. */
function gradientsInto({ anatomy, way }: Scene, layer: number): number[] {
  const { weightGradient, inputs, outputs } = anatomy.layers[layer];
  return Array.from({ length: inputs }, (_, i) => weightGradient[i * outputs + way[layer + 1]]);
}

/** The derivatives by the weight and the bias that are followed, with numbers: what this image adds, and the sum. */
export function gradientsWithNumbers(
  anatomy: StepAnatomy,
  layer: number,
  i: number,
  j: number,
): { readonly byWeight: string; readonly byBias: string } {
  const { back, weightGradient, biasGradient, outputs } = anatomy.layers[layer];
  const a = inputsOf(anatomy, layer)[i];
  const more = anatomy.batchSize > 1 ? ` + ${anatomy.batchSize - 1} more` : "";
  const bias = more === "" ? "" : `${formatNumber(back[j])}${more} = `;
  return {
    byWeight: `${formatNumber(back[j])} * ${factor(a)}${more} = ${formatNumber(weightGradient[i * outputs + j])}`,
    byBias: `${bias}${formatNumber(biasGradient[j])}`,
  };
}
