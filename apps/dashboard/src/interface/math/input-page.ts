import { palette } from "../../drawing/color.ts";
import { formatNumber } from "../../drawing/format.ts";
import { type Line, span } from "../../drawing/styled-line.ts";
import type { StepAnatomy } from "../../run/inspection.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import { divergingBars, nameColumn, numberColumn } from "./columns.ts";
import { moveOnWay } from "./moves.ts";
import { inputName } from "./names.ts";
import { beside, composed, type MathPage, type Scene } from "./page.ts";
import { inputPicture } from "./pictures.ts";

/** The page of what comes into the first dense layer: the image, or what the layers before make of it. */
export function inputPage(anatomy: StepAnatomy): MathPage {
  return anatomy.others.length === 0 ? imagePage(anatomy) : valuesPage(anatomy);
}

function imagePage({ input, columns }: StepAnatomy): MathPage {
  const across = moveOnWay("pixel", 0, () => Array.from(input, (_, place) => place));
  return {
    short: "a0",
    title: "a(0, i): the image",
    down: { word: "pixel", change: (scene, by) => across.change(scene, by * columns) },
    across,
    draw: (scene, room) => {
      const { width, height } = room;
      const pictureWidth = Math.min(2 * height, Math.max(0, width - sideWidth), 2 * columns);
      const picture = inputPicture(scene, { ...room, width: pictureWidth });
      const side = imageWords(scene, { ...room, width: width - pictureWidth - 2 });
      return beside(picture, pictureWidth + 2, side).slice(0, height);
    },
  };
}

/** Cells that the words beside the picture need at least. */
const sideWidth = 34;

function imageWords({ anatomy, way }: Scene, room: ScreenRoom): Line[] {
  const { input } = anatomy;
  const [i] = way;
  return composed(
    {
      words: `An image is a list of numbers, from 0 (black) to 1 (white). ${litOf(input)} of ${input.length} are not 0.`,
      formulas: ["a(0, i) = pixel i"],
      numbers: [
        `a(0, ${i}) = ${formatNumber(input[i])}`,
        `row, column = ${inputName(anatomy, 0, i).replace("pixel ", "")}, from 0`,
      ],
      table: () => around(anatomy, i),
    },
    room,
  );
}

function litOf(values: ArrayLike<number>): number {
  return Array.from(values).filter((value) => value !== 0).length;
}

/** Pixels on each side of the chosen one whose numbers are shown. */
const reach = 2;

/** The numbers of the pixels around one. */
function around({ input, rows, columns }: StepAnatomy, place: number): Line[] {
  const [row, column] = [Math.floor(place / columns), place % columns];
  const range = Array.from({ length: 2 * reach + 1 }, (_, at) => at - reach);
  return range.map((down) =>
    range.map((right) => {
      const [y, x] = [row + down, column + right];
      const isInside = y >= 0 && y < rows && x >= 0 && x < columns;
      const text = isInside ? input[y * columns + x].toFixed(2) : "";
      const isChosen = down === 0 && right === 0;
      return span(text.padStart(5), isChosen ? { bold: true, foreground: palette.wrong } : undefined);
    }),
  );
}

function valuesPage({ denseInput }: StepAnatomy): MathPage {
  const places = Array.from(denseInput, (_, place) => place);
  return {
    short: "a0",
    title: "a(0, i): what the dense layers get",
    down: moveOnWay("value", 0, () => places),
    draw: ({ way: [i] }, room) =>
      composed(
        {
          words: `The layers before turn the image into ${places.length} numbers; the dense layers begin with them. ${litOf(denseInput)} are not 0.`,
          formulas: ["a(0, i) = value i of the layers before"],
          numbers: [`a(0, ${i}) = ${formatNumber(denseInput[i])}`],
          table: {
            columns: [nameColumn("i", places, String), numberColumn("a(0, i)", (place) => denseInput[place])],
            rows: places,
            selected: i,
            bar: divergingBars(places, (place) => denseInput[place]),
          },
        },
        room,
      ),
  };
}
