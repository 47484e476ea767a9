import type {
  Activation,
  FusedKernels,
  Pool2dAttributes,
  View,
  Window2dAttributes,
} from "@gradwerk/tensor/backend";
import type { Memory } from "./view-memory.ts";

type WindowName = "conv2d" | "conv2dBackwardInput" | "conv2dBackwardWeight" | "pool2d" | "pool2dBackward";

/** The fused kernels that walk over images with a window. */
export function naiveWindows(
  { read, write }: Memory,
  activate: (y: View, activation: Activation) => void,
): Pick<Required<FusedKernels>, WindowName> {
  return {
    conv2d([y], [x, weight, bias], attributes) {
      const [xs, w] = [read(x), read(weight)];
      const b = bias === undefined ? undefined : read(bias);
      const ys = new Float64Array(sizeOf(y.shape)).map((_, o) => b?.[indexOf(o, y.shape)[1]] ?? 0);
      forEachTap({ x, weight, y }, attributes, (i, k, o) => {
        ys[o] += xs[i] * w[k];
      });
      write(y, ys);
      activate(y, attributes.activation);
    },

    conv2dBackwardInput([inputGradient], [dy, weight], attributes) {
      const [g, w] = [read(dy), read(weight)];
      const dx = new Float64Array(sizeOf(inputGradient.shape));
      forEachTap({ x: inputGradient, weight, y: dy }, attributes, (i, k, o) => {
        dx[i] += g[o] * w[k];
      });
      write(inputGradient, dx);
    },

    conv2dBackwardWeight([weightGradient], [dy, x], attributes) {
      const [g, xs] = [read(dy), read(x)];
      const dw = new Float64Array(sizeOf(weightGradient.shape));
      forEachTap({ x, weight: weightGradient, y: dy }, attributes, (i, k, o) => {
        dw[k] += g[o] * xs[i];
      });
      write(weightGradient, dw);
    },

    pool2d([y], [x], attributes) {
      const xs = read(x);
      const [height, width] = attributes.size;
      write(
        y,
        windowsOf(x, y, attributes).map((places) => {
          if (attributes.op === "average") {
            return places.reduce((sum, place) => sum + xs[place], 0) / (height * width);
          }
          return xs[largestOf(places, xs)];
        }),
      );
    },

    pool2dBackward([inputGradient], [dy, x], attributes) {
      const [g, xs] = [read(dy), read(x)];
      const [height, width] = attributes.size;
      const dx = new Float64Array(xs.length);
      for (const [o, places] of windowsOf(x, dy, attributes).entries()) {
        if (attributes.op === "max") {
          dx[largestOf(places, xs)] += g[o];
        } else {
          for (const place of places) dx[place] += g[o] / (height * width);
        }
      }
      write(inputGradient, dx);
    },
  };
}

interface Shaped {
  readonly shape: readonly number[];
}

/** Calls `visit` for every product in a convolution, with the places of its factors and of the sum it belongs to. */
function forEachTap(
  { x, weight, y }: { x: Shaped; weight: Shaped; y: Shaped },
  { stride, padding, dilation, groups }: Window2dAttributes & { readonly groups: number },
  visit: (inX: number, inWeight: number, inY: number) => void,
): void {
  const [, channels, height, width] = x.shape;
  const [outputs, perGroup, kernelHeight, kernelWidth] = weight.shape;
  for (let o = 0; o < sizeOf(y.shape); o++) {
    const [b, output, row, column] = indexOf(o, y.shape);
    const group = Math.floor(output / (outputs / groups));
    for (let c = 0; c < perGroup; c++) {
      for (let i = 0; i < kernelHeight; i++) {
        for (let j = 0; j < kernelWidth; j++) {
          const h = row * stride[0] - padding[0] + i * dilation[0];
          const w = column * stride[1] - padding[1] + j * dilation[1];
          if (h < 0 || h >= height || w < 0 || w >= width) continue;
          const channel = group * perGroup + c;
          visit(
            ((b * channels + channel) * height + h) * width + w,
            ((output * perGroup + c) * kernelHeight + i) * kernelWidth + j,
            o,
          );
        }
      }
    }
  }
}

/** For each element of y the places in x of its window, row by row; padding is left out. */
function windowsOf(x: Shaped, y: Shaped, { size, stride, padding, dilation }: Pool2dAttributes): number[][] {
  const [, channels, height, width] = x.shape;
  return Array.from({ length: sizeOf(y.shape) }, (_, o) => {
    const [b, c, row, column] = indexOf(o, y.shape);
    const places: number[] = [];
    for (let i = 0; i < size[0]; i++) {
      for (let j = 0; j < size[1]; j++) {
        const h = row * stride[0] - padding[0] + i * dilation[0];
        const w = column * stride[1] - padding[1] + j * dilation[1];
        if (h < 0 || h >= height || w < 0 || w >= width) continue;
        places.push(((b * channels + c) * height + h) * width + w);
      }
    }
    return places;
  });
}

/** The first place with the largest value; a NaN is larger than everything. */
function largestOf(places: readonly number[], values: Float64Array): number {
  return places.reduce((best, place) => {
    if (Number.isNaN(values[best])) return best;
    return Number.isNaN(values[place]) || values[place] > values[best] ? place : best;
  });
}

function indexOf(place: number, [, second, third, fourth]: readonly number[]): number[] {
  const column = place % fourth;
  const row = Math.floor(place / fourth) % third;
  const channel = Math.floor(place / (fourth * third)) % second;
  return [Math.floor(place / (fourth * third * second)), channel, row, column];
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}
