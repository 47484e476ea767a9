import { formatCount, formatLoss, formatPercent } from "../../drawing/format.ts";
import type { RunInfo, StepSample } from "../../run/protocol.ts";
import { areDigits, classNamesOf } from "../class-names.ts";
import { type DashboardState, guessOf, lossWindow } from "../state.ts";
import { meaningOf } from "../train/summary.ts";

/** Outputs that are told, the largest first. */
const mostOutputs = 3;

/** The screen Train in sentences: accuracy, loss, and what the network says of the current image. */
export function trainWords(state: DashboardState, info: RunInfo): string[] {
  const { accuracy, end } = state;
  return [
    `${info.preset}: a network ${info.architecture} learns ${whatIsLearned(info)} with ${info.optimizer} and a learning rate of ${info.learningRate}.`,
    ...(accuracy === undefined
      ? []
      : [`Accuracy on ${formatCount(info.testCount)} test images: ${formatPercent(accuracy)}.`]),
    ...lossWords(state),
    ...(state.samples[0] === undefined ? [] : sampleWords(state.samples[0], info)),
    ...(end?.accuracy === undefined ? [] : [meaningOf(end.accuracy, info)]),
  ];
}

/** The losses, in a sentence. */
export function lossWords({ loss, meanLoss }: DashboardState): string[] {
  if (loss === undefined) return [];
  const mean =
    meanLoss === undefined ? "" : `, ${formatLoss(meanLoss)} in the mean of the last ${lossWindow} steps`;
  return [`Loss: ${formatLoss(loss)}${mean}.`];
}

function whatIsLearned(info: RunInfo): string {
  const names = classNamesOf(info);
  if (areDigits(info)) return `the digits ${names.join(", ")}`;
  return `${info.dataSet}, ${names.length} classes`;
}

function sampleWords(sample: StepSample, info: RunInfo): string[] {
  if (info.outputs === "image")
    return [`Last image: number ${sample.index}. The network gives an image back.`];
  const names = classNamesOf(info);
  const guess = guessOf(sample);
  const verdict = guess === sample.classIndex ? "which is right" : "which is wrong";
  return [
    `Last image: number ${sample.index}, ${names[sample.classIndex]}. The network says ${names[guess]}, ${verdict}.`,
    `Its outputs: ${outputWords(sample.outputs, names)}.`,
  ];
}

/** The largest outputs with the names of their classes: `7 0.975, 1 0.093`. */
export function outputWords(outputs: readonly number[], names: readonly string[]): string {
  return outputs
    .map((output, place) => ({ output, name: names[place] ?? String(place) }))
    .sort((a, b) => b.output - a.output)
    .slice(0, mostOutputs)
    .map(({ output, name }) => `${name} ${output.toFixed(3)}`)
    .join(", ");
}
