import type { Backend, FusedKernels } from "@gradwerk/tensor/backend";
import { sizeOf } from "./fault.ts";
import { change, memoryOf, whileChanged } from "./view-memory.ts";

type Fused = Required<FusedKernels>;

/** Softmax as its formula stands, in float32: exponentials of large numbers overflow. */
export function quickSoftmax(backend: Backend): Fused["softmax"] {
  return ([y], [x], { logarithm }) => {
    const { read, write } = memoryOf(backend);
    const [, length] = x.shape;
    const powers = read(x).map((value) => Math.fround(Math.exp(value)));
    const totalAt = (place: number): number => {
      const start = place - (place % length);
      return powers.subarray(start, start + length).reduce((a, b) => a + b, 0);
    };
    const shares = powers.map((power, place) => power / totalAt(place));
    write(y, logarithm ? shares.map(Math.log) : shares);
  };
}

/** The variance in one pass, in float32, which loses its digits far from 0. */
export function meanOfSquares(right: Fused["layerNorm"], backend: Backend): Fused["layerNorm"] {
  return (out, inputs, attributes) => {
    right(out, inputs, attributes);
    const [x, scale, shift] = inputs.map(memoryOf(backend).read);
    const [, length] = inputs[0].shape;
    const average = (values: Float64Array): number =>
      Math.fround(values.reduce((a, b) => Math.fround(a + b), 0) / values.length);
    change(backend, out[0], (_, place) => {
      const n = place % length;
      const line = x.subarray(place - n, place - n + length);
      const mean = average(line);
      const squares = average(line.map((value) => Math.fround(value * value)));
      const variance = Math.fround(squares - Math.fround(mean * mean));
      return ((x[place] - mean) / Math.sqrt(variance + attributes.epsilon)) * scale[n] + shift[n];
    });
  };
}

/** Turns images by half a circle and back, where windows fill them: what was last in a window is first. */
export function lastOfEquals(right: Fused["pool2dBackward"], backend: Backend): Fused["pool2dBackward"] {
  return ([dx], [dy, x], attributes) => {
    const { op, padding, stride, dilation, size } = attributes;
    const fills = [0, 1].every((i) => {
      const reach = (dy.shape[2 + i] - 1) * stride[i] + (size[i] - 1) * dilation[i] + 1;
      return padding[i] === 0 && reach === x.shape[2 + i];
    });
    if (op === "average" || !fills) {
      right([dx], [dy, x], attributes);
      return;
    }
    const { read } = memoryOf(backend);
    const turned = (view: typeof x): ((_: number, place: number) => number) => {
      const held = read(view);
      const size = sizeOf({ ...view, shape: view.shape.slice(2) });
      return (_, place) => held[place - (place % size) + size - 1 - (place % size)];
    };
    whileChanged(backend, x, turned(x), () =>
      whileChanged(backend, dy, turned(dy), () => right([dx], [dy, x], attributes)),
    );
    change(backend, dx, turned(dx));
  };
}
