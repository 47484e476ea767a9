import { NnError } from "../errors.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";

/** How well one class is recognised. Shares from 0 to 1; 0 where there is nothing to divide by. */
export interface ClassScores {
  /** Of those that were said to be of the class, the share that is. */
  readonly precision: number;
  /** Of those that are of the class, the share that was said to be. */
  readonly recall: number;
  /** The harmonic mean of both. */
  readonly f1: number;
  /** How many are of the class. */
  readonly support: number;
}

/** What a confusion matrix says. */
export interface ClassificationReport {
  readonly classes: readonly ClassScores[];
  /** The share that was classified rightly: also the micro average of precision, recall and F1. */
  readonly accuracy: number;
  /** The plain mean over the classes. */
  readonly macro: ClassScores;
  /** The mean over the classes, each as often as it has members. */
  readonly weighted: ClassScores;
}

/**
 * Precision, recall and F1 of each class and of all, from a confusion matrix.
 *
 * @param matrix `matrix[truth][said]`
 * @throws NnError `labels` for what is no square matrix of counts
 * @example
 * const { accuracy, macro } = classificationReport([[8, 2], [1, 9]]); // 0.85
 * @see sklearn.metrics.classification_report
 */
export function classificationReport(matrix: ConfusionMatrix): ClassificationReport {
  const isSquare = matrix.length > 0 && matrix.every((row) => row.length === matrix.length);
  if (!isSquare || matrix.flat().some((count) => !(count >= 0 && Number.isFinite(count)))) {
    throw new NnError(
      "labels",
      `classificationReport: needs a square matrix of counts, got rows of ${matrix.map((row) => row.length).join(", ")}.`,
    );
  }
  const classes = matrix.map((row, i): ClassScores => {
    const right = row[i];
    const support = sumOf(row);
    const said = sumOf(matrix.map((other) => other[i]));
    const [precision, recall] = [share(right, said), share(right, support)];
    return { precision, recall, f1: share(2 * precision * recall, precision + recall), support };
  });
  const total = sumOf(classes.map(({ support }) => support));
  const averaged = (weightOf: (scores: ClassScores) => number): ClassScores => {
    const mean = (of: (scores: ClassScores) => number): number =>
      sumOf(classes.map((scores) => weightOf(scores) * of(scores)));
    return {
      precision: mean(({ precision }) => precision),
      recall: mean(({ recall }) => recall),
      f1: mean(({ f1 }) => f1),
      support: total,
    };
  };
  return {
    classes,
    accuracy: share(sumOf(matrix.map((row, i) => row[i])), total),
    macro: averaged(() => 1 / classes.length),
    weighted: averaged(({ support }) => share(support, total)),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
