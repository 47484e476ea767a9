import type { LayerView, NetworkView } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { classNamesOf } from "../class-names.ts";

const activations = ["sigmoid", "relu", "tanh"];

/** Units that rest: those that never answer, and those that hardly move from an end of their range. */
export interface Resting {
  readonly dead: ReadonlySet<number>;
  readonly saturated: ReadonlySet<number>;
}

/** Units or channels of a layer, the last axis of what it gives but for images. */
export function unitCount({ output }: LayerView): number {
  return (output.length === 3 ? output[0] : output.at(-1)) ?? 1;
}

/** The activation that a layer's outputs pass through before the next weights; the layer itself where it is one. */
export function activationAfter({ layers }: NetworkView, place: number): LayerView | undefined {
  for (const layer of layers.slice(place)) {
    if (layer !== layers[place] && layer.parameters > 0) return undefined;
    if (activations.includes(layer.name)) {
      return unitCount(layer) === unitCount(layers[place]) ? layer : undefined;
    }
  }
  return undefined;
}

/** Which of a layer's units rest after their activation; nothing where there is none. */
export function restingUnits(network: NetworkView, place: number): Resting | undefined {
  const activation = activationAfter(network, place);
  return activation && { dead: new Set(activation.dead), saturated: new Set(activation.saturated) };
}

/** The next dense layer whose inputs are a layer's units, and what its units are called. */
export function outgoing(
  network: NetworkView,
  place: number,
  info: RunInfo,
): { readonly layer: LayerView; readonly names: readonly string[] } | undefined {
  const { layers } = network;
  const next = layers.findIndex(({ parameters }, at) => at > place && parameters > 0);
  const layer = layers[next];
  if (layer?.weights === undefined || layer.weights.shape[0] !== unitCount(layers[place])) return undefined;
  if (layers[place].output.length !== 1) return undefined;
  return { layer, names: unitNames(network, next, info) };
}

/** Whether a layer's units are the classes. */
export function namesClasses({ layers }: NetworkView, place: number, info: RunInfo): boolean {
  const isLast = layers.slice(place + 1).every(({ parameters }) => parameters === 0);
  return isLast && info.outputs !== "image" && unitCount(layers[place]) === info.digits.length;
}

/** What the units of a layer are called: by their class, or by their number from 0. */
export function unitNames(network: NetworkView, place: number, info: RunInfo): readonly string[] {
  if (namesClasses(network, place, info)) return classNamesOf(info);
  return Array.from({ length: unitCount(network.layers[place]) }, (_, unit) => String(unit));
}
