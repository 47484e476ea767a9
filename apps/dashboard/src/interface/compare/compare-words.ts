import { formatCount, formatPercent } from "../../drawing/format.ts";
import { plainText } from "../../drawing/styled-line.ts";
import type { BackendComparison } from "../../run/backend-comparison.ts";

/** Decimal digits that a number of each dtype keeps. */
const keptDigits: Readonly<Record<string, number>> = { float32: 7, float64: 16 };

/** Why two backends come to other weights, in paragraphs. */
export const aboutWords: readonly string[] = [
  "A number is rounded after every addition, so the same sum in another order ends in other last digits: one backend adds one by one, another several at once.",
  "float32 keeps 7 digits of a number and float64 16; what is rounded away in one step is missing in the next.",
  "A difference that stays at the last digits is rounding. One that is there at once, or in the first digits, is a mistake in a backend.",
];

/**
 * What a comparison came to so far: a sentence, or two of which the last says the more.
 *
 * @param comparison nothing before the first one
 */
export function comparisonWords(comparison: BackendComparison | undefined): readonly string[] {
  if (comparison === undefined) {
    return [
      "Enter trains this run on both backends, from its first step, while the run itself waits.",
      "See which is faster, and where their weights part.",
    ];
  }
  const { status, failure, sides, step, distances, parted } = comparison;
  if (failure !== undefined) return [`✗ ${plainText(failure)}`];
  if (sides === undefined || distances.length === 0 || step === 0) {
    return [status === "stopped" ? "Stopped before the first step." : "Both begin with the same weights."];
  }
  if (parted === undefined) {
    const steps = step === 1 ? "1 step" : `${formatCount(step)} steps`;
    return [
      `✓ The same bits after ${steps}: both compute every number from the same ones, in the same order.`,
    ];
  }
  const [own, other] = sides;
  return [causeWords(own.backend.dtype, other.backend.dtype, parted.step), effectWords(comparison)];
}

/** Leading decimal digits in which numbers agree that are so far apart, as a share of the largest. */
export function agreeingDigits(relative: number): number {
  return Math.max(0, Math.floor(-Math.log10(relative)));
}

/** `no digit`, `1 digit`, `6 digits` */
export function digitWords(digits: number): string {
  return digits === 0 ? "no digit" : digits === 1 ? "1 digit" : `${digits} digits`;
}

function causeWords(own: string, other: string, step: number): string {
  const from = step === 0 ? "from the start" : `from step ${formatCount(step)} on`;
  if (own !== other)
    return `${own} keeps ${keptDigits[own]} digits, ${other} ${keptDigits[other]}: they part ${from}.`;
  return `Another order of sums rounds differently ${from}.`;
}

function effectWords({ parameters, distances, sides }: BackendComparison): string {
  const farthest = parameters.reduce((most, each) => (each.relative > most.relative ? each : most));
  const digits = agreeingDigits(farthest.relative);
  const step = formatCount(distances.at(-1)?.step ?? 0);
  if (digits >= 3) return `All weights agree to ${digitWords(digits)} after step ${step}.`;
  const [a, b] = (sides ?? []).map(({ accuracy }) => accuracy);
  const answers =
    a === undefined || b === undefined
      ? ""
      : ` Right on test images: ${formatPercent(a)}, ${formatPercent(b)}.`;
  return `Training made more of it: ${farthest.parameter} agrees to ${digitWords(digits)} after step ${step}.${answers}`;
}
