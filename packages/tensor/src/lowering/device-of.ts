import { TensorBase } from "../core/tensor-base.ts";
import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The device that all tensors of a call share. Also finds what is no tensor, and tensors and devices that were freed.
 *
 * @throws TensorError `value`, `device-mismatch`, `use-after-free`
 */
export function deviceOf(op: string, ...tensors: readonly [Tensor, ...Tensor[]]): Device {
  for (const tensor of tensors) {
    if (!(tensor instanceof TensorBase)) {
      throw new TensorError(
        "value",
        `${op}: needs a tensor, got ${tensor}. Make one with device.tensor(values).`,
      );
    }
  }
  const device = tensors[0].device;
  device.assertAlive(op);
  for (const tensor of tensors) {
    tensor.assertAlive(op);
    if (tensor.device !== device) {
      throw new TensorError(
        "device-mismatch",
        `${op}: ${tensors[0]} is on a device of backend ${device.backend.name}, ${tensor} on another one of backend ` +
          `${tensor.device.backend.name}. Copy one over: device.tensor(await x.data(), { shape: x.shape }).`,
      );
    }
  }
  return device;
}
