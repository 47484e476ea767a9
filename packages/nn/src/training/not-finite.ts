import type { Tensor } from "@gradwerk/tensor";
import { type Layer, type LayerPart, partAt } from "../layers/layer.ts";
import { beginPass } from "../layers/pass.ts";
import { firstFloat, parametersOf } from "../parameters.ts";

/** The first tensor of a tree that holds NaN or infinity, by path. */
export async function firstNotFinite(tree: unknown): Promise<string | undefined> {
  for (const { path, tensor } of parametersOf(tree)) {
    if (!(await holdsFinite(tensor))) return path;
  }
  return undefined;
}

/**
 * Says where numbers stop being finite on their way through a network: in the inputs, in a parameter, or in what a layer
 * gives. In words, for a message.
 */
export async function whereNotFinite<Parameters>(
  model: Layer<Parameters>,
  parameters: Parameters,
  x: Tensor,
): Promise<string> {
  if (!(await holdsFinite(x))) return "the inputs of its batch hold NaN or infinity";
  const parameter = await firstNotFinite(parameters);
  if (parameter !== undefined) return `the parameter ${parameter} holds NaN or infinity`;
  using _scope = firstFloat("whereNotFinite", parameters).device.openScope();
  const { pass, record } = beginPass({ training: true, observe: "all" });
  model.apply(parameters, x, pass);
  for (const [path, { activation }] of Object.entries(record.observed)) {
    if (await holdsFinite(activation)) continue;
    const layer = layerAt(model.parts ?? [], path);
    return `${layer === undefined ? "" : `${layer.name}, `}layer ${path}, gives NaN or infinity`;
  }
  return "every layer gives finite numbers, and the loss is made of them";
}

/** The layer at a path of a container. */
export function layerAt(parts: readonly LayerPart[], path: string): Layer<unknown> | undefined {
  const part = partAt(parts, path);
  if (part === undefined || path === part.path) return part?.layer;
  return layerAt(part.layer.parts ?? [], path.slice(part.path.length + 1));
}

async function holdsFinite(tensor: Tensor): Promise<boolean> {
  if (tensor.dtype !== "float32" && tensor.dtype !== "float64") return true;
  using counted = tensor.device.scope(() => tensor.isfinite().all().cast("int32"));
  return (await counted.item()) === 1;
}
