import { formatShape, type Shape } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";

/**
 * Checks the shape of one sample.
 *
 * @param wanted in words, such as `[C, H, W]`
 * @throws NnError `layer-shape`
 */
export function checkSample(name: string, fits: boolean, wanted: string, given: Shape, advice: string): void {
  if (fits) return;
  throw new NnError("layer-shape", `${name}: needs samples ${wanted}, got ${formatShape(given)}. ${advice}`);
}

/**
 * Checks counts that a layer is told, by name.
 *
 * @throws NnError `layer-size`
 */
export function checkCounts(
  layer: string,
  counts: Readonly<Record<string, number | undefined>>,
  least: number = 1,
): void {
  for (const [name, count] of Object.entries(counts)) {
    if (count === undefined || (Number.isSafeInteger(count) && count >= least)) continue;
    throw new NnError(
      "layer-size",
      `${layer}: ${name} must be a whole number from ${least} up, got ${count}.`,
    );
  }
}

/** @throws NnError `option` */
export function checkEpsilon(layer: string, { epsilon = 0 }: { readonly epsilon?: number }): void {
  if (epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY) return;
  throw new NnError("option", `${layer}: epsilon must be a number from 0 up, got ${epsilon}.`);
}

/**
 * The shape of one sample as `initialize` was told it.
 *
 * @throws NnError `layer-size` where it was not
 */
export function toldInput(name: string, input: Shape | undefined): Shape {
  if (input !== undefined) return input;
  throw new NnError(
    "layer-size",
    `${name}: what shape do samples have? Put the layer into a network, which knows, or give \`input\` to initialize.`,
  );
}
