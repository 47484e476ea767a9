import { bar } from "../../drawing/bar.ts";
import { divergingBar } from "../../drawing/diverging-bar.ts";
import { formatNumber } from "../../drawing/format.ts";
import { positiveColor } from "../../drawing/heat-map.ts";
import type { TableOptions } from "../../drawing/table.ts";
import type { DenseAnatomy, StepAnatomy } from "../../run/inspection.ts";
import { nameColumn, numberColumn } from "./columns.ts";
import { moveOnWay, unitsOf } from "./moves.ts";
import { activationSigns, isLast, outputName } from "./names.ts";
import { composed, type MathPage, type Scene } from "./page.ts";

const words: Readonly<Record<DenseAnatomy["activation"], string>> = {
  sigmoid: "The sigmoid squeezes any sum into 0 to 1. Far from 0 it is flat: there a unit hardly learns.",
  relu: "ReLU lets a sum above 0 through and makes 0 of any other: such a unit is silent, and learns nothing from this image.",
  tanh: "The tangent squeezes any sum into -1 to 1. Far from 0 it is flat: there a unit hardly learns.",
  none: "",
};

const formulas: Readonly<Record<DenseAnatomy["activation"], string>> = {
  sigmoid: "s(x) = 1 / (1 + e^-x)",
  relu: "relu(x) = x above 0, else 0",
  tanh: "tanh(x) = (e^x - e^-x) / (e^x + e^-x)",
  none: "",
};

/** The page of what a dense layer's activation makes of its sums. */
export function activationPage(anatomy: StepAnatomy, layer: number): MathPage {
  const isOutput = isLast(anatomy, layer);
  const { activation, sums, outputsOfUnits } = anatomy.layers[layer];
  const sign = activationSigns[activation];
  const nameOf = (unit: number | string): string => (isOutput ? `y_${unit}` : `a(${layer + 1}, ${unit})`);
  return {
    short: isOutput ? "y" : `a${layer + 1}`,
    title: isOutput ? "y: what the network says" : `${nameOf("j")}: what the units give`,
    down: moveOnWay("unit", layer + 1, (scene) => unitsOf(scene, layer)),
    draw: (scene, room) => {
      const unit = scene.way[layer + 1];
      const x = formatNumber(sums[unit]);
      const written = activation === "sigmoid" ? ` = 1 / (1 + e^${formatNumber(-sums[unit])})` : "";
      return composed(
        {
          words: words[activation],
          formulas: [`${nameOf("j")} = ${sign}(x(${layer}, j))`, formulas[activation]],
          numbers: [`${nameOf(unit)} = ${sign}(${x})${written} = ${formatNumber(outputsOfUnits[unit])}`],
          table: unitTable(scene, layer, nameOf("j"), outputsOfUnits),
        },
        room,
      );
    },
  };
}

/** The page of the outputs where a softmax, which is a part of the loss, makes shares of the last sums. */
export function softmaxPage({ layers, outputs }: StepAnatomy): MathPage {
  const layer = layers.length - 1;
  const { sums } = layers[layer];
  return {
    short: "y",
    title: "y: what the network says",
    down: moveOnWay("output", layer + 1, (scene) => unitsOf(scene, layer)),
    draw: (scene, room) => {
      const k = scene.way[layer + 1];
      return composed(
        {
          words: "The softmax makes shares of the sums: all above 0, together 1, the largest sum far ahead.",
          formulas: [`y_j = e^x(${layer}, j) / (sum over k of e^x(${layer}, k))`],
          numbers: [
            `y_${k} = e^${formatNumber(sums[k])} / (the sum of ${sums.length} such) = ${formatNumber(outputs[k])}`,
          ],
          table: unitTable(scene, layer, "y_j", outputs),
        },
        room,
      );
    },
  };
}

/** Each unit's sum, and what was made of it. */
function unitTable(scene: Scene, layer: number, head: string, made: ArrayLike<number>): TableOptions {
  const { sums } = scene.anatomy.layers[layer];
  const units = unitsOf(scene, layer);
  const isOutput = isLast(scene.anatomy, layer);
  const largest = Math.max(1, ...units.map((unit) => Math.abs(made[unit])));
  const hasSigns = units.some((unit) => made[unit] < 0);
  return {
    columns: [
      nameColumn("j", units, (unit) => (isOutput ? `${unit}  ${outputName(scene, unit)}` : String(unit))),
      numberColumn(`x(${layer}, j)`, (unit) => sums[unit]),
      numberColumn(head, (unit) => made[unit]),
    ],
    rows: units,
    selected: scene.way[layer + 1],
    bar: (unit, width) => {
      const share = made[unit] / largest;
      return hasSigns ? divergingBar(share, width) : bar(share, width, { foreground: positiveColor });
    },
  };
}
