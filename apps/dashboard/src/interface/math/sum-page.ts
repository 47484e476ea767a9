import { formatNumber } from "../../drawing/format.ts";
import type { Line } from "../../drawing/styled-line.ts";
import { tableLines } from "../../drawing/table.ts";
import type { StepAnatomy } from "../../run/inspection.ts";
import { largestFirst } from "./choice.ts";
import { divergingBars, nameColumn, numberColumn } from "./columns.ts";
import { moveOnWay, unitsOf } from "./moves.ts";
import { factor, inputPlace, inputWord, isLast } from "./names.ts";
import { beside, composed, type MathPage, type Scene } from "./page.ts";
import { inputPicture } from "./pictures.ts";

/** The page of the sums that a dense layer makes of what comes in. */
export function sumPage(anatomy: StepAnatomy, layer: number): MathPage {
  // Where a layer has no activation the next one gets its sums.
  const isPassedOn = anatomy.layers[layer].activation === "none" && !isLast(anatomy, layer);
  const word = layer === 0 ? inputWord(anatomy) : "unit";
  return {
    short: `x${layer}`,
    title: `x(${layer}, j): the sums of layer ${layer}`,
    down: moveOnWay("unit", layer + 1, (scene) => unitsOf(scene, layer)),
    across: moveOnWay(layer === 0 ? word : "input", layer, (scene) => contributionsTo(scene, layer).order),
    draw: (scene, room) => {
      const { parts, order } = contributionsTo(scene, layer);
      return composed(
        {
          words: "Each unit adds up all that comes in, each part times its own weight, and its bias.",
          formulas: [
            `x(${layer}, j) = sum over i of W(${layer}, j, i) a(${layer}, i) + B(${layer}, j)`,
            ...(isPassedOn ? [`a(${layer + 1}, j) = x(${layer}, j)`] : []),
          ],
          numbers: [sumWithNumbers(scene, layer, parts, order)],
          table: (width, height) => sumTables(scene, layer, { width, height, parts, order }),
          tableRows: Math.max(anatomy.layers[layer].outputs, 8) + 1,
          picture: (width, height) =>
            layer === 0 && anatomy.others.length === 0
              ? inputPicture(scene, { width, height, level: room.level })
              : [],
        },
        room,
      );
    },
  };
}

/** What each input adds to the chosen unit's sum, and the inputs in order, those that add most first. */
function contributionsTo({ anatomy, way }: Scene, layer: number): { parts: number[]; order: number[] } {
  const { weight, outputs } = anatomy.layers[layer];
  const a = inputsOf(anatomy, layer);
  const parts = Array.from(a, (value, i) => value * weight[i * outputs + way[layer + 1]]);
  return { parts, order: largestFirst(parts) };
}

/** What comes into a dense layer. */
export function inputsOf({ denseInput, layers }: StepAnatomy, layer: number): ArrayLike<number> {
  return layer === 0 ? denseInput : layers[layer - 1].outputsOfUnits;
}

function sumWithNumbers(
  { anatomy, way }: Scene,
  layer: number,
  parts: readonly number[],
  order: readonly number[],
): string {
  const { weight, bias, sums, outputs } = anatomy.layers[layer];
  const a = inputsOf(anatomy, layer);
  const [i, j] = [way[layer], way[layer + 1]];
  const other = order.find((place) => place !== i && parts[place] !== 0);
  const term = (place: number): string => `${factor(weight[place * outputs + j])} * ${factor(a[place])}`;
  const shown = [i, ...(other === undefined ? [] : [other])];
  const more = parts.filter((part, place) => part !== 0 && !shown.includes(place)).length;
  const rest = more === 0 ? "" : ` + ${more} more`;
  return `x(${layer}, ${j}) = ${shown.map(term).join(" + ")}${rest} + ${factor(bias[j])} = ${formatNumber(sums[j])}`;
}

interface SumTables {
  readonly width: number;
  readonly height: number;
  readonly parts: readonly number[];
  readonly order: readonly number[];
}

/** Cells of the table of units where the parts of one unit's sum stand beside it. */
const unitsWidth = { least: 16, most: 30 } as const;
const partsWidth = 40;

/** The units' sums, and beside them what the chosen one's is made of. */
function sumTables(scene: Scene, layer: number, { width, height, parts, order }: SumTables): Line[] {
  const { anatomy, way } = scene;
  const { sums, weight, outputs } = anatomy.layers[layer];
  const a = inputsOf(anatomy, layer);
  const [i, j] = [way[layer], way[layer + 1]];
  const units = unitsOf(scene, layer);
  const left = Math.max(unitsWidth.least, Math.min(unitsWidth.most, width - partsWidth));
  const unitTable = tableLines(
    {
      columns: [nameColumn("j", units, String), numberColumn(`x(${layer}, j)`, (unit) => sums[unit])],
      rows: units,
      selected: j,
      bar: divergingBars(units, (unit) => sums[unit]),
    },
    left,
    height,
  );
  const partTable = tableLines(
    {
      columns: [
        nameColumn("i", order, (place) => inputPlace(anatomy, layer, place)),
        numberColumn(`a(${layer}, i)`, (place) => a[place]),
        numberColumn("W", (place) => weight[place * outputs + j]),
        numberColumn("W a", (place) => parts[place]),
      ].map((column, place) => (layer > 0 && place === 0 ? { ...column, width: 8 } : column)),
      rows: order,
      selected: i,
      bar: divergingBars(order, (place) => parts[place]),
    },
    width - left,
    height,
  );
  return beside(unitTable, left, partTable);
}
