import { bar } from "../../drawing/bar.ts";
import { palette } from "../../drawing/color.ts";
import { formatNumber, formatSetting } from "../../drawing/format.ts";
import { faint, type Line, span } from "../../drawing/styled-line.ts";
import { tableLines } from "../../drawing/table.ts";
import type { RateTrial } from "../../run/inspection.ts";
import { nameColumn, numberColumn } from "./columns.ts";
import { composed, type MathPage, type Scene } from "./page.ts";

/** What the step's learning rate is multiplied with. */
const factors = [0.01, 0.1, 0.3, 1, 3, 10, 100] as const;

/** The rates that are tried on a step: up to a hundredth and a hundredfold of its own. */
export function triedRates(learningRate: number): number[] {
  return factors.map((factor) => factor * learningRate);
}

/** The page of what other learning rates would have made of the step. */
export const ratesPage: MathPage = {
  short: "rates",
  title: "what if the learning rate were another?",
  draw: (scene, room) => {
    const { anatomy, rates } = scene;
    const before = formatNumber(rates?.lossBefore ?? anatomy.loss);
    return composed(
      {
        words:
          "The slope holds at one place. A short step goes down along it; a long one leaves it and may land higher.",
        formulas: [],
        numbers: [`before the step: E = ${before}${rates === undefined ? "" : ", a bar of half the width"}`],
        table: (width, height) =>
          rates === undefined ? [missing(scene)] : rateLines(scene, rates, width, height),
      },
      room,
    );
  },
};

function missing({ anatomy, isCalm }: Scene): Line {
  if (anatomy.learningRate === 0) return [span("The rate of this step is 0: it changes nothing.", faint)];
  return [
    span(
      isCalm ? "trying other rates ..." : "Pause with space: then other rates are tried on the step.",
      faint,
    ),
  ];
}

function rateLines(
  { anatomy }: Scene,
  { trials, lossBefore }: RateTrial,
  width: number,
  height: number,
): Line[] {
  const rows = trials.map((_, place) => place);
  const own = factors.indexOf(1);
  // A step that is much too long ends in no number at all.
  const losses = trials.map(({ loss }) => (Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY));
  const best = losses.indexOf(Math.min(...losses));
  const marks = new Map([
    [best, "★ best here"],
    [own, own === best ? "◆★ both" : "◆ this step"],
  ]);
  const table = tableLines(
    {
      columns: [
        nameColumn(" rate", rows, (row) => ` ${formatSetting(trials[row].learningRate)}`),
        nameColumn("", rows, (row) => marks.get(row) ?? ""),
        numberColumn("E after", (row) => trials[row].loss),
      ],
      rows,
      selected: own,
      bar: (row, cells) =>
        bar(Math.min(1, losses[row] / (2 * lossBefore)), cells, {
          foreground: losses[row] <= lossBefore ? palette.right : palette.wrong,
        }),
    },
    width,
    height,
  );
  const left = height - table.length;
  const note = `E is that of this step's ${anatomy.batchSize === 1 ? "image" : `${anatomy.batchSize} images`} alone: what is best here may be bad for the others.`;
  return left < 3
    ? table
    : [
        ...table,
        [],
        ...composed({ words: note, formulas: [], numbers: [] }, { width, height: left - 1, level: "none" }),
      ];
}
