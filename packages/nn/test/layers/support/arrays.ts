import { createCpuBackend } from "@gradwerk/backend-cpu";
import { type Layer, mapParameters, type Network, network, type Pass } from "@gradwerk/nn";
import { createDevice, type Shape, type Tensor } from "@gradwerk/tensor";
import { PhiloxRandom } from "@gradwerk/tensor/random";
import { expect } from "vitest";

export const device = createDevice(createCpuBackend());

/** Numbers in rows, as loops read them. */
export interface Plain {
  readonly shape: Shape;
  readonly values: ArrayLike<number>;
  at(...place: number[]): number;
}

/** An array that loops read. Places outside of it hold 0, as padding does. */
export function plain(shape: Shape, values: ArrayLike<number>): Plain {
  return {
    shape,
    values,
    at(...place) {
      if (place.some((i, axis) => i < 0 || i >= shape[axis])) return 0;
      return values[place.reduce((offset, i, axis) => offset * shape[axis] + i, 0)];
    },
  };
}

export const plainOf = (tensor: Tensor): Plain => plain(tensor.shape, tensor.dataSync());

/** An array of what a function gives for each place. */
export function filled(shape: Shape, value: (...place: number[]) => number): Plain {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const values = Array.from({ length: size }, (_, i) => {
    const place = [...shape];
    let rest = i;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return value(...place);
  });
  return plain(shape, values);
}

/** The sum of what a function gives for 0, 1, ... */
export function sumOver(count: number, value: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum;
}

/** Numbers between -1 and 1 without pattern, float64. */
export function drawn(shape: Shape, seed = 1): Tensor {
  const random = new PhiloxRandom(seed);
  return device.tensor(filled(shape, () => 2 * random.uniform() - 1).values as number[], {
    shape: [...shape],
    dtype: "float64",
  });
}

/** A layer, for samples of a shape, with float64 parameters none of which is 0 or 1 alone. */
export interface Built<Parameters> {
  readonly model: Network<readonly [Parameters]>;
  readonly parameters: readonly [Parameters];
  /** The layer's own. */
  readonly own: Parameters;
  readonly apply: (x: Tensor, pass?: Pass) => Tensor;
}

export function built<Parameters>(input: Shape, layer: Layer<Parameters>, seed = 3): Built<Parameters> {
  const model = network(input, layer) as Network<readonly [Parameters]>;
  let next = 100 * seed;
  const parameters = mapParameters(model.initialize(device, "float64", { seed }), (tensor, path) => {
    if (tensor.dtype !== "float64") return tensor;
    const values = drawn(tensor.shape, next++);
    return path.endsWith("runningVariance") ? values.square().add(0.5) : values;
  });
  return { model, parameters, own: parameters[0], apply: (x, pass) => model.apply(parameters, x, pass) };
}

/** That a tensor holds some numbers, up to rounding. */
export function expectNear(actual: Tensor, expected: Plain, tolerance = 1e-12): void {
  expect(actual.shape).toEqual(expected.shape);
  const values = actual.dataSync();
  for (let i = 0; i < values.length; i++) {
    const error = Math.abs(values[i] - expected.values[i]);
    expect(error, `element ${i}: ${values[i]} for ${expected.values[i]}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(expected.values[i])),
    );
  }
}
