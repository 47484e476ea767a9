import type { Device } from "../device.ts";
import { TensorError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";

/**
 * The device that all tensors of a call share. Also finds tensors that were freed, and devices.
 *
 * @throws TensorError `device-mismatch`, `use-after-free`
 */
export function deviceOf(op: string, ...tensors: readonly [Tensor, ...Tensor[]]): Device {
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
