import type { Layer, LayerPart } from "@gradwerk/nn";

/** The layers of a network that are made of no others, each with its path in the whole. */
export function leavesOf({ parts = [] }: Pick<Layer<unknown>, "parts">): LayerPart[] {
  return parts.flatMap(({ path, layer }) =>
    layer.parts === undefined
      ? [{ path, layer }]
      : leavesOf(layer).map((inner) => ({ path: `${path}.${inner.path}`, layer: inner.layer })),
  );
}
