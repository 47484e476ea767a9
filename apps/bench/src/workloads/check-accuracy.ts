import type { BenchCase, Shown } from "./workload.ts";

/** What accuracy on unseen images a network has at least that learnt from so many. */
const floors: readonly (readonly [images: number, accuracy: number])[] = [
  [150_000, 0.93],
  [50_000, 0.8],
  [10_000, 0.4],
  [0, 0.15],
];

/**
 * For workloads whose programs show how many images they learnt from and what they know afterwards: that it was enough,
 * and no more and no less than the first system knows where both learnt from as many.
 */
export function checkAccuracy(
  _: BenchCase,
  { label, proof }: Shown,
  first: Shown | undefined,
): string | undefined {
  const [images = 0, accuracy = 0] = proof;
  const [, least] = floors.find(([from]) => images >= from) ?? floors[floors.length - 1];
  if (!(accuracy >= least)) {
    return `${label} has accuracy ${accuracy} after ${images} images, expected at least ${least}: it does not do the same work.`;
  }
  // Early on the order of the images still shows, and a last, shorter batch is left out by some.
  const isComparable =
    first !== undefined && images >= 50_000 && Math.abs(first.proof[0] - images) <= 0.01 * images;
  if (!isComparable) return undefined;
  const tolerance = images < 150_000 ? 0.1 : 0.02;
  if (Math.abs(accuracy - first.proof[1]) <= tolerance) return undefined;
  return `${label} has accuracy ${accuracy} after ${images} images, ${first.label} has ${first.proof[1]}: they must be within ${tolerance}.`;
}
