import { formatCount, formatNumber } from "../../drawing/format.ts";
import type { LayerView, NetworkView, Numbers } from "../../run/inspection.ts";

/** The screen Network in sentences, one for each layer. */
export function networkWords(network: NetworkView | undefined): string[] {
  if (network === undefined) return ["Its layers are told after the first step."];
  return [
    `The network after step ${formatCount(network.step)}, layer by layer from the image on.`,
    ...network.layers.map((layer) => layerWords(layer, network.looked)),
  ];
}

function layerWords(layer: LayerView, looked: number): string {
  const { path, name, output, parameters, activation, gradient, dead, saturated } = layer;
  const units = (places: readonly number[]): string =>
    places.length <= 5 ? places.join(", ") : `${places.length} units`;
  return [
    `Layer ${path}, ${name}: it gives ${output.join(" by ")} numbers`,
    parameters === 0 ? " and has nothing to learn." : ` and has ${formatCount(parameters)} parameters.`,
    ` What it gives goes ${rangeWords(activation)}, the gradient ${rangeWords(gradient)}.`,
    dead.length === 0 ? "" : ` Dead on ${looked} test images: ${units(dead)}.`,
    saturated.length === 0 ? "" : ` Saturated: ${units(saturated)}.`,
  ].join("");
}

function rangeWords({ values }: Numbers): string {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return `from ${formatNumber(low)} to ${formatNumber(high)}`;
}
