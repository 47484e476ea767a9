import { formatShape, type Shape, sizeOf } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { drawsOf } from "./initializers.ts";
import { applyPart, isTrainableIn, type Layer, type LayerPart } from "./layer.ts";

/** What a residual block learns. */
export interface ResidualParameters<Inner, Shortcut> {
  readonly inner: Inner;
  /** Absent where the input goes by as it is. */
  readonly shortcut?: Shortcut;
}

/**
 * What a layer makes of its input, added to the input: `x + f(x)`.
 *
 * @param inner f, such as `sequential(...)`
 * @param shortcut what the input passes instead of going by as it is, where f changes its shape
 * @throws NnError `layer-shape` where both do not come to the same shape
 * @example
 * residual(sequential(conv2dLayer({ filters: 8, kernelSize: 3, padding: "same" }), reluLayer));
 * @see K. He et al., arXiv:1512.03385
 */
export function residual<Inner, Shortcut = never>(
  inner: Layer<Inner>,
  shortcut?: Layer<Shortcut>,
): Layer<ResidualParameters<Inner, Shortcut>> {
  const name = `residual(${inner.name})`;
  const parts: LayerPart[] = [{ path: "inner", layer: inner as Layer<unknown> }];
  if (shortcut !== undefined) parts.push({ path: "shortcut", layer: shortcut as Layer<unknown> });
  return {
    name,
    parts,
    outputShape(input) {
      const [made, passed] = [inner.outputShape(input), shortcut?.outputShape(input) ?? input];
      if (formatShape(made) === formatShape(passed)) return made;
      throw new NnError(
        "layer-shape",
        `${name}: cannot add ${formatShape(passed)} to ${formatShape(made)}. Give a shortcut that comes to the same shape.`,
      );
    },
    initialize(device, dtype, start = {}) {
      const both = { ...start, draws: drawsOf(start) };
      return {
        inner: inner.initialize(device, dtype, both),
        ...(shortcut === undefined ? {} : { shortcut: shortcut.initialize(device, dtype, both) }),
      };
    },
    apply(parameters, x, pass) {
      const passed =
        shortcut === undefined
          ? x
          : applyPart(shortcut, parameters.shortcut as Shortcut, x, pass, "shortcut");
      return passed.add(applyPart(inner, parameters.inner, x, pass, "inner"));
    },
    isTrainable: (path) => isTrainableIn(parts, path),
    flops: (input: Shape) =>
      (inner.flops?.(input) ?? 0) + (shortcut?.flops?.(input) ?? 0) + sizeOf(inner.outputShape(input)),
  };
}
