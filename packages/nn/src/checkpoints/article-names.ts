import type { StoredArray, StoredArrays } from "../formats/stored-array.ts";
import type { Layer } from "../layers/layer.ts";
import { parametersOf } from "../parameters.ts";
import { mismatch } from "./arrays.ts";
import { fromPyTorch, toPyTorch } from "./py-torch.ts";

/**
 * The parameters of a network of dense layers under the article's names: `W0` `[outputs, inputs]` and `B0` `[outputs]` of
 * the first, `W1` and `B1` of the second.
 *
 * @throws NnError `checkpoint-mismatch` for other networks
 * @example
 * const bytes = encodeNpz(await toArticle(model, parameters)); // numpy.load("weights.npz")["W0"]
 */
export async function toArticle<Parameters>(
  model: Layer<Parameters>,
  parameters: Parameters,
): Promise<StoredArrays> {
  const named = await toPyTorch(model, parameters);
  const names = articleNames(parameters);
  return Object.fromEntries([...names].map(([article, path]) => [article, named[path]]));
}

/**
 * Writes arrays under the article's names into the parameters of a network of dense layers. A bias may be a row or a column.
 *
 * @throws NnError `checkpoint-mismatch` with what is missing, unexpected or of another shape
 * @example
 * const model = articleNetwork([784, 10, 2], new NumpyRandom(7));
 * const parameters = model.initialize(device, "float64");
 * fromArticle(model, parameters, decodeNpz(bytes, { name: "article-final-weights.npz" }));
 */
export function fromArticle<Parameters>(
  model: Layer<Parameters>,
  parameters: Parameters,
  arrays: StoredArrays,
  name: string = "the article's weights",
): void {
  const names = articleNames(parameters);
  const named = Object.entries(arrays).map(([article, array]) => [
    names.get(article) ?? article,
    article.startsWith("B") ? asVector(array) : array,
  ]);
  fromPyTorch(model, parameters, Object.fromEntries(named), { name });
}

// From `W0` to `0.weight`, as far as there are layers.
function articleNames(parameters: unknown): Map<string, string> {
  const names = new Map<string, string>();
  const layers: string[] = [];
  for (const { path } of parametersOf(parameters)) {
    const [, layer, parameter] = /^(.*?)\.?(weight|bias)$/.exec(path) ?? [];
    if (parameter === undefined) {
      throw mismatch("the article's weights", [
        `${path} is neither the weight nor the bias of a dense layer`,
      ]);
    }
    if (!layers.includes(layer)) layers.push(layer);
    names.set(`${parameter === "weight" ? "W" : "B"}${layers.indexOf(layer)}`, path);
  }
  return names;
}

function asVector({ dtype, shape, values }: StoredArray): StoredArray {
  const isVector = shape.filter((extent) => extent !== 1).length <= 1;
  return { dtype, shape: isVector ? [values.length] : shape, values };
}
