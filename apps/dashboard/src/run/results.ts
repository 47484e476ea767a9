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

/** A test image, and what a network that gives images back made of it. */
export interface Reconstruction {
  /** Position in the test slice. */
  readonly index: number;
  /** The label that it truly has. */
  readonly label: number;
  /** The mean squared difference of both images, of pixels from 0 to 1. */
  readonly error: number;
  readonly image: ResultImage;
  readonly made: ResultImage;
}

/** What a network that gives images back makes of test images. */
export interface Reconstructions {
  /** How many of the test images were looked at, from the first on, and the mean of their errors. */
  readonly count: number;
  readonly meanError: number;
  /** The largest errors first. */
  readonly worst: readonly Reconstruction[];
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
  /** Where the outputs are images. */
  readonly reconstructions?: Reconstructions;
}
