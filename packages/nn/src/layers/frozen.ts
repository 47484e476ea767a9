import type { Layer } from "./layer.ts";

/**
 * The same layer, whose parameters gradients do not change: for a part that was trained before. What it gathers, such as
 * running means, goes on.
 *
 * @example
 * const model = network([784], frozen(encoder), dense({ outputs: 10 }));
 */
export function frozen<Parameters>(layer: Layer<Parameters>): Layer<Parameters> {
  return { ...layer, name: `frozen ${layer.name}`, isTrainable: () => false };
}
