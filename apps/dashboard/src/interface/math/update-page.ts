import { formatExact, formatSetting } from "../../drawing/format.ts";
import { signed } from "../../drawing/table.ts";
import type { StepAnatomy } from "../../run/inspection.ts";
import { nameColumn, numberColumn } from "./columns.ts";
import { type Followed, followable } from "./followed.ts";
import { factor } from "./names.ts";
import { composed, type MathPage, type Move, type Scene } from "./page.ts";

/** Moves from one parameter to another. */
export const parameterMove: Move = {
  word: "weight",
  change: (scene, by) => {
    const last = followable(scene).length - 1;
    const from = Math.min(scene.choice.parameter, last);
    return { parameter: Math.max(0, Math.min(from + by, last)), number: undefined };
  },
};

/** Cells of a number before or after the update. */
const exactWidth = 13;

/** The page of the update: what every parameter was, its slope, and what it became. */
export const updatePage: MathPage = {
  short: "update",
  title: "the update: each number moves against its slope",
  down: parameterMove,
  draw: (scene, room) => {
    const numbers = followable(scene);
    const rows = numbers.map((_, place) => place);
    const selected = Math.min(scene.choice.parameter, rows.length - 1);
    const exact = (head: string, numberOf: (number: Followed) => number) => ({
      head: ` ${head}`,
      width: exactWidth,
      cell: (row: number) => signed(formatExact(numberOf(numbers[row]))),
    });
    return composed(
      {
        words:
          "Where more of a number makes the error larger, it gets smaller, and the other way round; all at once. That is learning.",
        formulas: [updateFormula(scene.anatomy)],
        numbers: [`${numbers[selected].sign}: ${updateWithNumbers(scene, numbers[selected])}`],
        table: {
          columns: [
            nameColumn("w", rows, (row) => numbers[row].sign),
            exact("before", ({ before }) => before),
            numberColumn("dE/dw", (row) => numbers[row].gradient),
            numberColumn("change", (row) => numbers[row].after - numbers[row].before, { isOptional: true }),
            exact("after", ({ after }) => after),
          ],
          rows,
          selected,
        },
      },
      room,
    );
  },
};

/** Whether an update is the rate times the slope, and nothing else. */
function isPlain({ optimizer }: StepAnatomy): boolean {
  return optimizer === "sgd";
}

function updateFormula(anatomy: StepAnatomy): string {
  const rate = formatSetting(anatomy.learningRate);
  return isPlain(anatomy)
    ? `w <- w - rate * dE/dw    rate = ${rate}`
    : `w <- what ${anatomy.optimizer} makes of w and dE/dw    rate = ${rate}`;
}

/** A number's update, with numbers. */
export function updateWithNumbers({ anatomy }: Scene, { before, gradient, after }: Followed): string {
  return isPlain(anatomy)
    ? `${formatExact(before)} - ${formatSetting(anatomy.learningRate)} * ${factor(gradient)} = ${formatExact(after)}`
    : `${formatExact(before)} becomes ${formatExact(after)} by ${anatomy.optimizer}`;
}
