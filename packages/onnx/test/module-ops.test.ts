import { createCpuBackend } from "@gradwerk/backend-cpu";
import { exportModule } from "@gradwerk/onnx/module";
import {
  argmax,
  argmin,
  avgPool2d,
  clip,
  concat,
  createDevice,
  type Device,
  linear,
  pad,
  type Tensor,
} from "@gradwerk/tensor";
import { afterAll, describe, expect, it } from "vitest";
import { ownFunctions } from "./support/functions.ts";
import { functionLayer } from "./support/networks.ts";
import { largestDifference, numbers } from "./support/numbers.ts";

const device: Device = createDevice(createCpuBackend());
afterAll(() => device.dispose());

const functions: Record<string, (x: Tensor) => Tensor> = {
  ...ownFunctions,
  "reductions of axes apart": (x) => x.reshape([x.shape[0], 3, 2, 2]).sum({ axes: [1, 3] }),
  "places of the largest and smallest": (x) => argmax(x, 1).cast("float32").mul(2).add(argmin(x, 1)),
  "axes turned round": (x) => x.flip([1, 2]),
  "the batch turned round": (x) => x.flip([0]),
  borders: (x) =>
    pad(
      x,
      [
        [0, 0],
        [1, 2],
        [0, 1, 2],
      ],
      3,
    ),
  "the batch last": (x) => x.permute([1, 2, 0]).permute([2, 0, 1]).mul(1),
  "numbers stretched over the batch": (x) =>
    x.device
      .full([x.shape[0], 3, 1], 0.5)
      .add(x.sum({ axes: [1, 2], keepDims: true }).expand([x.shape[0], 3, 4])),
  "the whole batch cut out": (x) => x.slice(0, 0, x.shape[0]).mul(2),
  "shares of the batch": (x) => x.softmax(0),
  "casts to whole numbers": (x) => x.cast("int32").cast("float32").add(x.cast("uint8")),
  "outer products": (x) => x.unsqueeze(3).mul(x.unsqueeze(2)).sum({ axes: 1 }),
  "products of all heads with the same matrices": (x) =>
    x.reshape([x.shape[0], 1, 3, 4]).matmul(x.device.arange(24).cast("float32").reshape([2, 4, 3]).mul(0.1)),
  "products from the left": (x) => x.device.arange(6).cast("float32").reshape([2, 3]).matmul(x),
  "linear with tanh": (x) =>
    linear(x, x.device.full([4, 2], 0.3), x.device.ones([2]), { activation: "tanh" }),
  "linear with relu": (x) =>
    linear(x, x.device.full([4, 2], 0.3), x.device.ones([2]), { activation: "relu" }),
  "means without the padding": (x) =>
    avgPool2d(x.reshape([x.shape[0], 1, 3, 4]), 3, { stride: 2, padding: 1, countsPadding: false }),
  "nothing at all": (x) => x,
  "the same for every sample": (x) => x.device.ones([x.shape[0], 2]),
  "a loop with numbers that grow": (x) =>
    Array.from({ length: 9 }).reduce<Tensor>(
      (y, _, i) =>
        y
          .mul(i + 1)
          .add(x)
          .tanh(),
      x,
    ),
  "a loop of which an early value is used": (x) => {
    const a = [x];
    for (let i = 0; i < 6; i++) a.push(a[i].sin().add(x));
    return a[2].add(a[6]);
  },
  "a loop with two values": (x) => {
    let [a, b] = [x, x.mul(0.5)];
    for (let i = 0; i < 8; i++) [a, b] = [b, a.add(b).tanh()];
    return a.add(b);
  },
  "a loop whose values change places": (x) => {
    let [a, b] = [x, x];
    for (let i = 0; i < 8; i++) {
      const c = a.add(b).tanh();
      a = b.sub(a).sin();
      b = c;
    }
    return a.add(b.mul(3));
  },
  "a loop whose last values are used twice": (x) => {
    let a = x;
    let k = x;
    for (let i = 0; i < 5; i++) {
      k = a.cos();
      a = k.sin();
    }
    return k.mul(2).add(a);
  },
  "a loop that is the end": (x) => {
    let a = x;
    for (let i = 0; i < 5; i++) a = a.cos().sin();
    return a;
  },
  "a loop whose values are all used, forward and backward": (x) => {
    const outs: Tensor[] = [];
    for (let t = 0; t < 4; t++) outs.push(x.slice(2, t, t + 1).tanh());
    return concat(outs, 2).add(concat(outs.toReversed(), 2));
  },
  "numbers for every sample that depend on none": (x) =>
    x.device.ones([x.shape[0], 4]).add(x.device.arange(4).cast("float32")),
  "a loop with bounds that grow": (x) =>
    Array.from({ length: 5 }).reduce<Tensor>((y, _, i) => clip(y.add(x), -1 - i, 2 + 3 * i), x),
  "a loop whose value begins as two": (x) => {
    let [a, b] = [x, x.mul(0.5)];
    for (let i = 0; i < 6; i++) {
      a = a.sin().add(b.cos());
      b = a;
    }
    return a;
  },
};

describe("a module computes what a layer of one's own does", () => {
  it.each(Object.entries(functions))("%s", async (name, apply) => {
    const values = numbers(48, 9);
    const y = apply(device.tensor(values, { shape: [4, 3, 4] }));
    const model = functionLayer(name, [3, 4], y.shape.slice(1), (_, x) => apply(x));
    const { code } = await exportModule(model, []);
    const text = Buffer.from(code).toString("base64");
    const { predict } = await import(/* @vite-ignore */ `data:text/javascript;base64,${text}`);
    expect(largestDifference(predict(values, 4), await y.data())).toBeLessThanOrEqual(1e-5);
  });
});
