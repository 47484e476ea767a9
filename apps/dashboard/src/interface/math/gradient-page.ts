import { formatNumber } from "../../drawing/format.ts";
import type { StepAnatomy } from "../../run/inspection.ts";
import { largestFirst } from "./choice.ts";
import { nameColumn, numberColumn, signedBars } from "./columns.ts";
import { moveOnWay, unitsOf } from "./moves.ts";
import { factor, inputPlace, inputWord } from "./names.ts";
import { composed, type MathPage, type Scene } from "./page.ts";
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
      const { anatomy: step, way } = scene;
      const { back, weight, outputs } = step.layers[layer];
      const a = inputsOf(step, layer);
      const [i, j] = [way[layer], way[layer + 1]];
      const gradients = gradientsInto(scene, layer);
      const order = largestFirst(gradients);
      const isMean = step.batchSize > 1;
      const { byWeight, byBias } = gradientsWithNumbers(step, layer, i, j);
      return composed(
        {
          words: isMean
            ? `Each image adds its back times what came in; the sum over all ${step.batchSize} is the gradient. This image is the first.`
            : "The gradient: the slope by a weight is back times what came in through it. Nothing came in: the weight stays.",
          formulas: [
            `dE/dW(${layer}, j, i) = ${isMean ? "sum over images of " : ""}back(${layer}, j) a(${layer}, i)`,
          ],
          numbers: [`dE/dW(${layer}, ${j}, ${i}) = ${byWeight}`, `dE/dB(${layer}, ${j}) = ${byBias}`],
          table: {
            columns: [
              nameColumn("i", order, (place) => inputPlace(step, layer, place)),
              numberColumn(`a(${layer}, i)`, (place) => a[place]),
              ...(isMean
                ? [numberColumn("back * a", (place) => back[j] * a[place], { isOptional: true })]
                : []),
              numberColumn("dE/dW", (place) => gradients[place]),
              numberColumn("W", (place) => weight[place * outputs + j], { isOptional: true }),
            ],
            rows: order,
            selected: i,
            bar: signedBars(order, (place) => gradients[place]),
          },
        },
        room,
      );
    },
  };
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
