/** How a window moves, with every number given. */
export interface Moves {
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}

/** An array of four axes, row-major. */
export interface Images {
  readonly values: number[];
  readonly shape: readonly [number, number, number, number];
}

export function imagesOf(shape: Images["shape"], value: (place: number) => number = () => 0): Images {
  return { shape, values: Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => value(i)) };
}

function placeOf(shape: Images["shape"], b: number, c: number, y: number, x: number): number {
  return ((b * shape[1] + c) * shape[2] + y) * shape[3] + x;
}

/** How many windows of `size` fit along each axis of an image. */
export function countsOf(
  image: readonly [number, number],
  size: readonly [number, number],
  { stride, padding, dilation }: Moves,
): [number, number] {
  const count = (i: 0 | 1): number =>
    Math.floor((image[i] + 2 * padding[i] - dilation[i] * (size[i] - 1) - 1) / stride[i]) + 1;
  return [count(0), count(1)];
}

/** Calls `visit` with every place of every window and the pixel there, `undefined` on the padding. */
function eachPixel(
  [height, width]: readonly [number, number],
  [kernelHeight, kernelWidth]: readonly [number, number],
  [countY, countX]: readonly [number, number],
  { stride, padding, dilation }: Moves,
  visit: (i: number, j: number, p: number, q: number, pixel: [y: number, x: number] | undefined) => void,
): void {
  for (let i = 0; i < countY; i++) {
    for (let j = 0; j < countX; j++) {
      for (let p = 0; p < kernelHeight; p++) {
        for (let q = 0; q < kernelWidth; q++) {
          const y = i * stride[0] + p * dilation[0] - padding[0];
          const x = j * stride[1] + q * dilation[1] - padding[1];
          visit(i, j, p, q, y >= 0 && y < height && x >= 0 && x < width ? [y, x] : undefined);
        }
      }
    }
  }
}

/** Three sums over the same products x w y of a convolution, each by its definition: two of them make the third. */
export function naiveConvolution(
  x: Images,
  w: Images,
  y: Images,
  moves: Moves,
  groups: number,
  wanted: "x" | "w" | "y",
): Images {
  const sums = { x: imagesOf(x.shape), w: imagesOf(w.shape), y: imagesOf(y.shape) };
  const [batch, , height, width] = x.shape;
  const [outs, perGroup, kernelHeight, kernelWidth] = w.shape;
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outs; o++) {
      for (let c = 0; c < perGroup; c++) {
        const channel = Math.floor(o / (outs / groups)) * perGroup + c;
        eachPixel(
          [height, width],
          [kernelHeight, kernelWidth],
          [y.shape[2], y.shape[3]],
          moves,
          (i, j, p, q, pixel) => {
            if (pixel === undefined) return;
            const places = {
              x: placeOf(x.shape, b, channel, ...pixel),
              w: placeOf(w.shape, o, c, p, q),
              y: placeOf(y.shape, b, o, i, j),
            };
            const factors = {
              x: x.values[places.x],
              w: w.values[places.w],
              y: y.values[places.y],
              [wanted]: 1,
            };
            sums[wanted].values[places[wanted]] += factors.x * factors.w * factors.y;
          },
        );
      }
    }
  }
  return sums[wanted];
}

/** Pooled values by the definition. */
export function naivePool(
  x: Images,
  op: "max" | "average",
  size: readonly [number, number],
  moves: Moves,
): Images {
  const [batch, channels, height, width] = x.shape;
  const counts = countsOf([height, width], size, moves);
  const y = imagesOf([batch, channels, ...counts], () => (op === "max" ? -Infinity : 0));
  eachWindowPixel(x, size, moves, counts, (out, value) => {
    const before = y.values[out];
    if (op === "average") y.values[out] = before + (value ?? 0) / (size[0] * size[1]);
    else if (value !== undefined) y.values[out] = Number.isNaN(value) || value > before ? value : before;
  });
  return y;
}

/** g laid back onto the first largest element of each window, or evenly onto all. */
export function naivePoolGradient(
  g: Images,
  x: Images,
  op: "max" | "average",
  size: readonly [number, number],
  moves: Moves,
): Images {
  const gradient = imagesOf(x.shape);
  const counts = [g.shape[2], g.shape[3]] as const;
  const best = new Map<number, { value: number; place: number }>();
  eachWindowPixel(x, size, moves, counts, (out, value, place) => {
    if (value === undefined || place === undefined) return;
    if (op === "average") {
      gradient.values[place] += g.values[out] / (size[0] * size[1]);
      return;
    }
    const before = best.get(out);
    const isBetter =
      before === undefined || (!Number.isNaN(before.value) && (Number.isNaN(value) || value > before.value));
    if (isBetter) best.set(out, { value, place });
  });
  for (const [out, { place }] of best) gradient.values[place] += g.values[out];
  return gradient;
}

function eachWindowPixel(
  x: Images,
  size: readonly [number, number],
  moves: Moves,
  counts: readonly [number, number],
  visit: (out: number, value: number | undefined, place: number | undefined) => void,
): void {
  const [batch, channels, height, width] = x.shape;
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      eachPixel([height, width], size, counts, moves, (i, j, _p, _q, pixel) => {
        const out = placeOf([batch, channels, ...counts], b, c, i, j);
        const place = pixel && placeOf(x.shape, b, c, ...pixel);
        visit(out, place === undefined ? undefined : x.values[place], place);
      });
    }
  }
}
