import { classificationReport } from "@gradwerk/nn/metrics";
import { formatCount, formatPercent } from "../../drawing/format.ts";
import type { RunInfo } from "../../run/protocol.ts";
import type { Reconstructions, RunResults } from "../../run/results.ts";

/** Mix-ups and mistakes that are told. */
const most = 5;

/** The screen Results in sentences: the scores of each class, what is mixed up most, the worst mistakes. */
export function resultsWords(results: RunResults | undefined, info: RunInfo): string[] {
  if (results?.reconstructions !== undefined) {
    return reconstructionWords(results.step, results.reconstructions, info);
  }
  if (results === undefined || results.confusion.length === 0) return ["There are no results yet."];
  const { classes, confusion } = results;
  const report = classificationReport(confusion);
  const scores = report.classes.map(
    ({ precision, recall, support }, place) =>
      `${classes[place]}: precision ${formatPercent(precision)}, recall ${formatPercent(recall)}, ${formatCount(support)} images.`,
  );
  return [
    `Results after step ${formatCount(results.step)}, in the mean of the classes: precision ${formatPercent(report.macro.precision)}, recall ${formatPercent(report.macro.recall)}.`,
    ...scores,
    ...mixUpWords(results),
    ...mistakeWords(results),
  ];
}

function reconstructionWords(
  step: number,
  { count, meanError, worst }: Reconstructions,
  { labelNames }: RunInfo,
): string[] {
  return [
    `After step ${formatCount(step)} the images that the network gives back differ from ${formatCount(count)} test images by ${meanError.toFixed(4)} in the mean square.`,
    ...worst
      .slice(0, most)
      .map(
        ({ index, label, error }) =>
          `Given back worst: test image ${formatCount(index)}, ${labelNames[label] ?? label}, with an error of ${error.toFixed(4)}.`,
      ),
  ];
}

function mixUpWords({ classes, confusion }: RunResults): string[] {
  const mixUps = confusion
    .flatMap((row, truth) => row.map((count, guess) => ({ count, truth, guess })))
    .filter(({ count, truth, guess }) => count > 0 && truth !== guess)
    .sort((a, b) => b.count - a.count)
    .slice(0, most)
    .map(
      ({ count, truth, guess }) =>
        `${formatCount(count)} times ${classes[truth]} was taken for ${classes[guess]}`,
    );
  return mixUps.length === 0
    ? ["It makes no mistake on the test images."]
    : [`Mixed up most: ${mixUps.join("; ")}.`];
}

function mistakeWords({ classes, mistakes, givesProbabilities }: RunResults): string[] {
  return mistakes.slice(0, most).map(({ index, truth, guess, outputs }) => {
    const share = outputs[guess] ?? 0;
    const sure = givesProbabilities
      ? `${formatPercent(share)} sure`
      : `with an output of ${share.toFixed(2)}`;
    return `Mistake: test image ${formatCount(index)} is ${classes[truth]}, the network says ${classes[guess]}, ${sure}.`;
  });
}
