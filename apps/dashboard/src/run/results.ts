/** A picture in grey values from 0 to 255, row by row. */
export interface ResultImage {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Uint8Array;
}

/** A test image that the network classifies wrongly. */
export interface Mistake {
  /** Position in the test slice. */
  readonly index: number;
  /** The class that it is, and the one that the network says. */
  readonly truth: number;
  readonly guess: number;
  /** What the network says about each class. */
  readonly outputs: readonly number[];
  readonly image: ResultImage;
}

/** Weights that belong to one picture: those from all pixels to one unit, or one kernel of a convolution. */
export interface WeightImage {
  /** Of the parameter, and which part of it: `0.weight`, 3. */
  readonly path: string;
  readonly index: number;
  readonly rows: number;
  readonly columns: number;
  /** The size of the largest weight in the picture. */
  readonly limit: number;
  /** Each weight divided by `limit` and multiplied with 127, rounded. */
  readonly levels: Int8Array;
}

/** What a network makes of the test images, and what it looks like inside. */
export interface RunResults {
  /** Steps done when it was looked at. */
  readonly step: number;
  /** What each class is called: `1`, `7`. None where the outputs are images; then there are no mistakes either. */
  readonly classes: readonly string[];
  /** Whether a sample's outputs are probabilities, which add up to 1. */
  readonly givesProbabilities: boolean;
  /** Test images by class, a row each, and by what the network says, a column each. */
  readonly confusion: readonly (readonly number[])[];
  /** The worst first: those where most speaks for the wrong class over the true one. */
  readonly mistakes: readonly Mistake[];
  readonly weights: readonly WeightImage[];
}
