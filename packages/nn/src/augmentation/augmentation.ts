import { formatShape, type Tensor } from "@gradwerk/tensor";
import { foldIn } from "@gradwerk/tensor/draws";
import { NnError } from "../errors.ts";

/**
 * Changes a batch of images at random: `[B, C, H, W]` -> the same shape. Made of ops, so that it runs inside a captured step;
 * the same key makes the same change.
 *
 * @example
 * fit({ ..., augment: composed(shifted(2), rotated(10)) });
 */
export type Augmentation = (images: Tensor, key: Tensor) => Tensor;

/**
 * One change after the other, each with a key of its own.
 *
 * @example
 * const augment = composed(rotated(10), shifted(2), noise(0.05));
 */
export function composed(...augmentations: readonly Augmentation[]): Augmentation {
  return (images, key) => augmentations.reduce((x, augment, i) => augment(x, foldIn(key, i)), images);
}

/** @throws NnError `layer-shape` for what is no batch of images */
export function checkImages(name: string, images: Tensor): void {
  if (images.rank === 4) return;
  throw new NnError(
    "layer-shape",
    `${name}: needs images [B, C, H, W], got ${formatShape(images.shape)}. Give the data set a shape such as [1, 28, 28].`,
  );
}

/** @throws NnError `option` unless the strength is a finite number from 0 up */
export function checkStrength(name: string, strengths: Readonly<Record<string, number>>): void {
  for (const [what, strength] of Object.entries(strengths)) {
    if (strength >= 0 && strength < Number.POSITIVE_INFINITY) continue;
    throw new NnError("option", `${name}: ${what} must be a finite number from 0 up, got ${strength}.`);
  }
}
