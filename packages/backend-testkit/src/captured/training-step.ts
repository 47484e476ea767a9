import { adam, parametersOf, valueAndGrad } from "@gradwerk/nn";
import type { Device, Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import type { FloatDType } from "../conformance-case.ts";
import { fusedInputs } from "../fused/fused-case.ts";

/**
 * One step of a small convolutional network: images are gathered from a store, convolved, pooled, normalised and
 * dropped at random; a dense layer gives logits, and Adam follows the gradients.
 *
 * @returns the loss, the weights after the step and the moments of Adam
 */
export function trainingStep(device: Device, dtype: FloatDType): readonly Tensor[] {
  const { numbers, integers } = fusedInputs(device, dtype);
  const [batch, classes] = [4, 3];
  const store = integers("uint8", [9, 36], 90, [0, 256]);
  const rows = integers("int32", [batch], 91, [0, 9]);
  const labels = integers("int32", [batch], 92, [0, classes]);
  const weights = {
    kernel: numbers([2, 1, 3, 3], 93, [-0.5, 0.5]),
    scale: numbers([8], 94, [0.5, 1.5]),
    shift: numbers([8], 95),
    weight: numbers([8, classes], 96),
    bias: numbers([classes], 97),
  };
  const key = device.randomKey(5, 3);
  const loss = ({ kernel, scale, shift, weight, bias }: typeof weights): Tensor => {
    const images = store
      .gatherRows(rows)
      .cast(dtype)
      .mul(1 / 255)
      .reshape([batch, 1, 6, 6]);
    const pooled = ops.maxPool2d(ops.conv2d(images, kernel).relu(), 2).reshape([batch, 8]);
    const normal = ops.dropout(ops.layerNorm(pooled, scale, shift), key, { rate: 0.25 });
    return ops.crossEntropy(ops.linear(normal, weight, bias), labels);
  };
  const optimizer = adam({ learningRate: 0.01 });
  const state = optimizer.initialize(weights);
  const { value, gradients } = valueAndGrad(loss)(weights);
  optimizer.update(weights, gradients, state, device.full([], 0.01, { dtype }));
  return [value, ...parametersOf([weights, state]).map(({ tensor }) => tensor)];
}
