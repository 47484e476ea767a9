import { type Layer, mapParameters, type Network, NnError } from "@gradwerk/nn";
import type { Device, DType, Shape } from "@gradwerk/tensor";
import { numbers } from "./numbers.ts";

/** Parameters that are all different and none of them 0, so that none can be mixed up or left out unseen. */
export function differentParameters<Parameters>(
  model: Layer<Parameters>,
  device: Device,
  input: Shape,
  dtype: DType = "float32",
): Parameters {
  let seed = 3;
  return mapParameters(model.initialize(device, dtype, { input }), (tensor, path) => {
    const drawn = Float64Array.from(numbers(tensor.size, seed++), (value) => value / 4);
    if (tensor.dtype === "int32") return tensor;
    const values = path.endsWith("runningVariance") ? drawn.map((value) => Math.abs(value) + 0.5) : drawn;
    return device.tensor(values, { shape: tensor.shape, dtype });
  });
}

/** A network of one function of a batch, without parameters. */
export function functionLayer(
  name: string,
  input: Shape,
  output: Shape,
  apply: Layer<readonly []>["apply"],
): Network<readonly []> {
  return {
    name,
    input,
    output,
    outputShape(shape) {
      if (shape.length === input.length) return output;
      throw new NnError("layer-shape", `${name}: another shape was expected.`);
    },
    initialize: () => [],
    apply,
  };
}
