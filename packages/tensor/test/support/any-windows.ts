import fc from "fast-check";
import { mixedValues } from "./layouts.ts";
import { countsOf, type Images, imagesOf, type Moves } from "./naive-windows.ts";

/** A convolution whose parts fit each other: x * w has the shape of y. */
export interface AnyConvolution {
  readonly x: Images;
  readonly w: Images;
  readonly y: Images;
  readonly moves: Moves;
  readonly groups: number;
}

const pair = (min: number, max: number): fc.Arbitrary<[number, number]> =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

function filled(shape: Images["shape"], seed: number): Images {
  const values = mixedValues(
    shape.reduce((a, b) => a * b),
    seed,
  );
  return imagesOf(shape, (place) => values[place]);
}

/** Convolutions of all kinds, small: strides, padding, dilation, groups, even none of a batch. */
export const anyConvolution: fc.Arbitrary<AnyConvolution> = fc
  .record({
    batch: fc.integer({ min: 0, max: 2 }),
    groups: fc.integer({ min: 1, max: 2 }),
    ins: fc.integer({ min: 1, max: 2 }),
    outs: fc.integer({ min: 1, max: 2 }),
    image: pair(1, 6),
    size: pair(1, 3),
    moves: fc.record({ stride: pair(1, 3), padding: pair(0, 2), dilation: pair(1, 2) }),
  })
  .filter(({ image, size, moves }) => countsOf(image, size, moves).every((count) => count >= 1))
  .map(({ batch, groups, ins, outs, image, size, moves }) => ({
    x: filled([batch, groups * ins, ...image], 1),
    w: filled([groups * outs, ins, ...size], 2),
    y: filled([batch, groups * outs, ...countsOf(image, size, moves)], 3),
    moves,
    groups,
  }));

/** Pooling of all kinds, small, on whole numbers of which many are equal, or minus infinity. */
export const anyPooling: fc.Arbitrary<{
  readonly x: Images;
  readonly size: [number, number];
  readonly moves: Moves;
}> = fc
  .record({
    shape: fc.tuple(
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
    ),
    size: pair(1, 3),
    moves: fc.record({ stride: pair(1, 3), padding: pair(0, 1), dilation: pair(1, 2) }),
    seed: fc.nat({ max: 99 }),
    hasInfinities: fc.boolean(),
  })
  .filter(({ size, moves: { padding } }) => [0, 1].every((i) => padding[i] <= size[i] / 2))
  .filter(({ shape: [, , height, width], size, moves }) =>
    countsOf([height, width], size, moves).every((count) => count >= 1),
  )
  .map(({ shape, size, moves, seed, hasInfinities }) => ({
    x: imagesOf(shape, (place) => {
      const value = Math.round(mixedValues(place + 1, seed)[place]);
      return hasInfinities && value < 0 ? Number.NEGATIVE_INFINITY : value;
    }),
    size,
    moves,
  }));
