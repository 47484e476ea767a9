import type { Prediction } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { classNamesOf } from "../class-names.ts";
import { padSide } from "../try/drawing-pad.ts";
import type { Attempt } from "../view.ts";
import { outputWords } from "./train-words.ts";

/** The screen Try in sentences: where the pen is, and what the network says of the drawing. */
export function tryWords(attempt: Attempt, prediction: Prediction | undefined, info: RunInfo): string[] {
  return [attemptWords(attempt, info), predictionWords(prediction, info)];
}

function attemptWords({ drawing, testImage }: Attempt, info: RunInfo): string {
  if (testImage !== undefined)
    return `Test image ${testImage} of 0 to ${info.testCount - 1} is shown to the network.`;
  const { x, y, pen, pixels } = drawing;
  const does = { up: "is up", draws: "draws", erases: "erases" }[pen];
  const dark = pixels.reduce((count, pixel) => (pixel > 0 ? count + 1 : count), 0);
  return `A pad of ${padSide} by ${padSide} pixels, ${dark} of them drawn. The pen ${does} at column ${x + 1}, row ${y + 1}.`;
}

function predictionWords(prediction: Prediction | undefined, info: RunInfo): string {
  if (prediction === undefined || prediction.outputs.length === 0) return "Nothing is drawn yet.";
  if (info.outputs === "image") return "The network gives an image back.";
  const names = classNamesOf(info);
  const { testImage } = prediction;
  const truth = testImage === undefined ? "" : ` It is ${names[testImage.classIndex]}.`;
  return `The network says: ${outputWords(prediction.outputs, names)}.${truth}`;
}
