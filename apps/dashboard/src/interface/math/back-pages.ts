import { formatNumber, formatSetting } from "../../drawing/format.ts";
import type { StepAnatomy } from "../../run/inspection.ts";
import { largestFirst } from "./choice.ts";
import { divergingBars, nameColumn, numberColumn } from "./columns.ts";
import { moveOnWay, unitsOf } from "./moves.ts";
import {
  activationSigns,
  factor,
  isLast,
  outputName,
  slopeFormulas,
  slopeOf,
  slopeWithNumbers,
} from "./names.ts";
import { composed, type MathPage } from "./page.ts";

/** The page of a dense layer on the way back: how much the error depends on each unit's sum. */
export function backPage(anatomy: StepAnatomy, layer: number): MathPage {
  const isOutput = isLast(anatomy, layer);
  const letter = isOutput ? "k" : "j";
  return {
    short: `back${layer}`,
    title: isOutput
      ? `back(${layer}, k): back to the outputs`
      : `back(${layer}, j): back to the units of layer ${layer}`,
    down: moveOnWay("unit", layer + 1, (scene) => unitsOf(scene, layer)),
    draw: (scene, room) => {
      const { back, byOutput } = anatomy.layers[layer];
      const units = unitsOf(scene, layer);
      const unit = scene.way[layer + 1];
      const isSoftmax = isOutput && anatomy.lossName === "cross entropy";
      const between = isSoftmax
        ? [
            numberColumn("y_k", (k) => anatomy.outputs[k]),
            numberColumn("t_k", (k) => anatomy.target[k], { format: formatSetting }),
          ]
        : [
            numberColumn(isOutput ? "dE/dy_k" : "the sum", (place) => byOutput[place]),
            numberColumn("slope", (place) => slopeOf(anatomy.layers[layer], place)),
          ];
      return composed(
        {
          words: isOutput ? outputWords(anatomy) : hiddenWords,
          formulas: formulasOf(anatomy, layer),
          numbers: [
            isOutput ? outputWithNumbers(anatomy, layer, unit) : backWithNumbers(anatomy, layer, unit),
          ],
          table: {
            columns: [
              nameColumn(letter, units, (place) =>
                isOutput ? `${place}  ${outputName(scene, place)}` : String(place),
              ),
              ...between,
              numberColumn(`back(${layer},${letter})`, (place) => back[place]),
            ],
            rows: units,
            selected: unit,
            bar: divergingBars(units, (place) => back[place]),
          },
        },
        room,
      );
    },
  };
}

function outputWords({ lossName }: StepAnatomy): string {
  const signs = "Above 0: more of the sum makes E larger.";
  return lossName === "cross entropy"
    ? `How much E depends on a sum: the share less what it should be. ${signs}`
    : `How much E depends on a sum: two slopes on the way, multiplied. ${signs}`;
}

const hiddenWords =
  "Blame comes back from all units that a unit feeds: the ways add up, then its own slope multiplies.";

/** The formula of `back` for a layer, in letters. */
export function formulasOf(anatomy: StepAnatomy, layer: number): string[] {
  const { activation } = anatomy.layers[layer];
  const sign = activationSigns[activation];
  const slope = sign === "" ? "" : `${sign}'(x)`;
  const rule = slopeFormulas[activation];
  if (!isLast(anatomy, layer)) {
    const sum = `sum over k of back(${layer + 1}, k) W(${layer + 1}, k, j)`;
    return [`back(${layer}, j) = ${slope === "" ? "" : `${slope} * `}${sum}`, ...(rule === "" ? [] : [rule])];
  }
  const { batchSize, outputs, lossName } = anatomy;
  const images = batchSize === 1 ? "" : ` / ${batchSize}`;
  const difference = {
    "half squared error": `(y_k - t_k)${images}`,
    "cross entropy": `(y_k - t_k)${images}`,
    "mean squared error": `2 (y_k - t_k) / ${outputs.length}${images}`,
  }[lossName];
  return [
    `back(${layer}, k) = ${difference}${slope === "" ? "" : ` * ${slope}`}`,
    ...(rule === "" ? [] : [rule]),
  ];
}

/** The same with the numbers of an output. */
export function outputWithNumbers(anatomy: StepAnatomy, layer: number, k: number): string {
  const { outputs, target, lossName, batchSize } = anatomy;
  const { activation, outputsOfUnits, sums, back } = anatomy.layers[layer];
  const images = batchSize === 1 ? "" : ` / ${batchSize}`;
  const difference = `(${formatNumber(outputs[k])} - ${formatSetting(target[k])})`;
  const byOutput =
    lossName === "mean squared error"
      ? `2 * ${difference} / ${outputs.length}${images}`
      : `${difference}${images}`;
  const slope = activation === "none" ? "" : ` * ${slopeWithNumbers(activation, outputsOfUnits[k], sums[k])}`;
  return `back(${layer}, ${k}) = ${byOutput}${slope} = ${formatNumber(back[k])}`;
}

/** Ways to the error that are written out. */
const written = 2;

/** What the units above send back to a unit: each unit's `back` times the weight to it. */
export function sharesOf({ layers }: StepAnatomy, layer: number, unit: number): number[] {
  const above = layers[layer + 1];
  return Array.from(above.back, (back, k) => back * above.weight[unit * above.outputs + k]);
}

/** The formula of a unit that is no output, with its numbers: the largest ways first. */
export function backWithNumbers(anatomy: StepAnatomy, layer: number, unit: number): string {
  const { activation, outputsOfUnits, sums, back } = anatomy.layers[layer];
  const above = anatomy.layers[layer + 1];
  const shares = sharesOf(anatomy, layer, unit);
  const order = shares.length <= written ? shares.map((_, k) => k) : largestFirst(shares).slice(0, written);
  const terms = order.map(
    (k) => `${factor(above.back[k])} * ${factor(above.weight[unit * above.outputs + k])}`,
  );
  const more = shares.length > written ? ` + ${shares.length - written} more` : "";
  const slope =
    activation === "none" ? "" : `${slopeWithNumbers(activation, outputsOfUnits[unit], sums[unit])} * `;
  return `back(${layer}, ${unit}) = ${slope}(${terms.join(" + ")}${more}) = ${formatNumber(back[unit])}`;
}
