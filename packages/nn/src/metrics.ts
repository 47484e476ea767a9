/**
 * What is known of a classifier beyond its accuracy: confusion, precision and recall, the k best, calibration.
 *
 * @module
 */
export { type Calibration, type CalibrationBin, calibration } from "./metrics/calibration.ts";
export {
  type ClassificationReport,
  type ClassScores,
  classificationReport,
} from "./metrics/classification.ts";
export { type ConfusionMatrix, confusionMatrix, rowsOf } from "./metrics/confusion-matrix.ts";
export { countInTopK } from "./metrics/top-k.ts";
export {
  type EarlyStopping,
  type EarlyStoppingOptions,
  type EarlyStoppingState,
  earlyStopping,
} from "./training/early-stopping.ts";
