import { bar } from "../../drawing/bar.ts";
import { palette } from "../../drawing/color.ts";
import { contactSheet } from "../../drawing/contact-sheet.ts";
import { halfBlockLines } from "../../drawing/half-blocks.ts";
import { faint, type Line, span } from "../../drawing/styled-line.ts";
import { tableLines } from "../../drawing/table.ts";
import type { LayerAnatomy, Numbers, StepAnatomy } from "../../run/inspection.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import { type MathChoice, neighbourIn } from "./choice.ts";
import { nameColumn, numberColumn } from "./columns.ts";
import { composed, type MathPage, type Move } from "./page.ts";

/** The pages of layers that are not dense, forward and back. */
export function layersPages(anatomy: StepAnatomy): { readonly forward: MathPage; readonly back: MathPage } {
  const firstThatLearns = anatomy.others.findIndex(({ parameters }) => parameters.length > 0);
  return {
    forward: layersPage(anatomy, {
      short: "layers",
      title: "forward through the layers before",
      words:
        "Each layer makes new numbers of those it gets: how many, and how large. Below: what the chosen one gave.",
      numbersOf: ({ activation }) => activation,
      rows: anatomy.others.map((_, place) => place),
    }),
    back: layersPage(anatomy, {
      short: "grads",
      title: "back through the layers before",
      words:
        "On the way back each layer gets the slope of the error by what it gave. Where the norm fades, little is learned.",
      numbersOf: ({ gradient }) => gradient,
      // Before the first layer that learns nobody asks for slopes.
      rows: anatomy.others
        .map((_, place) => place)
        .slice(Math.max(0, firstThatLearns))
        .reverse(),
    }),
  };
}

interface Direction {
  readonly short: string;
  readonly title: string;
  readonly words: string;
  readonly numbersOf: (layer: LayerAnatomy) => Numbers;
  /** Places of the layers, in the order in which the step goes through them. */
  readonly rows: readonly number[];
}

function layersPage({ others }: StepAnatomy, { short, title, words, numbersOf, rows }: Direction): MathPage {
  const chosenOf = ({ layer }: MathChoice): number => (rows.includes(layer) ? layer : rows[0]);
  const down: Move = {
    word: "layer",
    change: ({ choice }, by) => ({ layer: neighbourIn(rows, chosenOf(choice), by) }),
  };
  return {
    short,
    title,
    down,
    draw: ({ choice }, room) => {
      const selected = chosenOf(choice);
      const stats = others.map((layer) => statisticsOf(numbersOf(layer).values));
      const norms = stats.map(({ norm }) => norm);
      return composed(
        {
          words,
          formulas: [],
          numbers: [],
          table: (width, height) =>
            tableLines(
              {
                columns: [
                  nameColumn("layer", rows, (row) => shortLayer(others[row])),
                  nameColumn("shape", rows, (row) => numbersOf(others[row]).shape.join("x")),
                  numberColumn("min", (row) => stats[row].min, { isOptional: true }),
                  numberColumn("mean", (row) => stats[row].mean, { isOptional: true }),
                  numberColumn("max", (row) => stats[row].max),
                  numberColumn("norm", (row) => stats[row].norm),
                ],
                rows,
                selected,
                bar: (row, cells) =>
                  bar(norms[row] / Math.max(...norms), cells, { foreground: palette.accuracy }),
              },
              width,
              Math.max(2, height - 2),
            ).concat(height >= 4 ? [[], sparkLine(numbersOf(others[selected]).values, width)] : []),
          tableRows: rows.length + 3,
          picture: (width, height) =>
            tiles(numbersOf(others[selected]), { width, height, level: room.level }),
        },
        room,
      );
    },
  };
}

/** Characters of a layer's name. */
const longestName = 16;

function shortLayer({ path, name }: LayerAnatomy): string {
  const text = `${path} ${name}`;
  return text.length <= longestName ? text : `${text.slice(0, longestName - 1)}…`;
}

interface Statistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** The root of the sum of squares. */
  readonly norm: number;
}

function statisticsOf(values: ArrayLike<number>): Statistics {
  let [min, max, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    squares += value * value;
  }
  return { min, max, mean: sum / values.length, norm: Math.sqrt(squares) };
}

const levels = "▁▂▃▄▅▆▇█";

/** Numbers in a row as small columns, of how far from 0 they are; each stands for its part of the numbers. */
export function sparkLine(values: ArrayLike<number>, width: number): Line {
  const cells = Math.min(width, values.length);
  const sizes = Array.from({ length: cells }, (_, cell) => {
    let most = 0;
    const end = Math.floor(((cell + 1) * values.length) / cells);
    for (let i = Math.floor((cell * values.length) / cells); i < end; i++)
      most = Math.max(most, Math.abs(values[i]));
    return most;
  });
  const largest = Math.max(...sizes);
  const text = sizes.map((size) => levels[largest === 0 ? 0 : Math.min(7, Math.floor((8 * size) / largest))]);
  return [span(text.join(""), largest === 0 ? faint : { foreground: palette.accent })];
}

/** Channels as pictures side by side, of how far from 0 their numbers are; other shapes have none. */
function tiles({ shape, values }: Numbers, { width, height, level }: ScreenRoom): Line[] {
  const [channels, rows, columns] = shape.length === 3 ? shape : [1, ...shape];
  if (rows === undefined || columns === undefined || rows < 2 || columns < 2) return [];
  const size = Math.max(4, Math.min(rows, columns, 2 * height, 28));
  const across = Math.max(1, Math.floor(width / (size + 1)));
  const down = Math.min(Math.ceil(channels / across), Math.floor((2 * height) / size));
  if (down < 1) return [];
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  const pixels = Uint8Array.from(values, (value) =>
    most === 0 ? 0 : Math.round((255 * Math.abs(value)) / most),
  );
  const sheet = contactSheet(
    { rows, columns, count: channels, pixels },
    { across: Math.min(across, channels), firstRow: 0, rowCount: down, size },
  );
  return halfBlockLines(sheet, level);
}
