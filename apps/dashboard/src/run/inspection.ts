/**
 * What the interface may look at inside a run: plain values that survive a structured clone. All of it is read from the
 * training itself, at the step that it names.
 */
import type { TypedArray } from "@gradwerk/tensor";
import type { BackendComparison } from "./backend-comparison.ts";
import type { ImageSheet, StepSample } from "./protocol.ts";
import type { RunResults } from "./results.ts";

/** What a screen wants to be told of, again and again, while it is shown. */
export type Interest = "network" | "math" | "results";

/** Numbers with a shape, row-major. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: TypedArray;
}

/** One layer of the network at a step, with what passed through it for the step's first image. */
export interface LayerView {
  /** Where it is in the network: `0`, `3.inner.1`. */
  readonly path: string;
  readonly name: string;
  /** The shape of what it gives for one image. */
  readonly output: readonly number[];
  /** How many numbers gradients change, and how many it has in all. */
  readonly trainable: number;
  readonly parameters: number;
  /** Its weights as pictures where that makes sense, after the step, and what these show. */
  readonly pictures: readonly WeightPicture[];
  readonly picturesShow?: PictureContent;
  /** How far the weights of these pictures went since the run's first step: what it learned. */
  readonly learned: readonly WeightPicture[];
  /** Of a dense layer that does not see the image itself: `[inputs, outputs]`, after the step; none of very large ones. */
  readonly weights?: Numbers;
  /** Of a dense layer: what is added to each weighted sum, `[outputs]`. */
  readonly bias?: TypedArray;
  /** What it gave, and the derivative of the loss by it, for the step's first image. */
  readonly activation: Numbers;
  readonly gradient: Numbers;
  /** Units that gave 0 for every one of `NetworkView.looked` test images, and such as hardly move from an end of their range. */
  readonly dead: readonly number[];
  readonly saturated: readonly number[];
}

/**
 * What the pictures of a layer show: the weights from all pixels, or from the pixels of a patch, to a unit; a convolution's
 * kernels; what a unit adds to the image that is given back; the weights of a recurrent unit's gates, a row each, on a step's
 * inputs; what is learned for each place.
 */
export type PictureContent = "pixels" | "patch" | "kernels" | "painted" | "gates" | "places";

/** A weight picture: values as they are. */
export interface WeightPicture {
  /** The parameter that it is a part of: `0.weight`. */
  readonly parameter: string;
  /** The unit or channel that it belongs to, from 0; of `painted` ones that of the layer before. */
  readonly unit: number;
  /** Of a kernel: the channel that it looks at. */
  readonly channel?: number;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** The network at a step. */
export interface NetworkView {
  readonly step: number;
  /** The step's first image: the one that activations and gradients are of. */
  readonly sample: StepSample;
  readonly layers: readonly LayerView[];
  /**
   * For each class the derivative of its output by each pixel of the image, `[rows, columns]`, after the step: where more ink
   * would speak for the class. None where images come out, or of very many classes.
   */
  readonly evidence: readonly Numbers[];
  /** Test images that dead and saturated units were looked for with. */
  readonly looked: number;
}

/** A dense layer in a step: `x = a W + b`, then its activation. */
export interface DenseAnatomy {
  /** Where the dense layer is, and where its activation, if it has one. */
  readonly path: string;
  readonly activationPath?: string;
  readonly activation: "sigmoid" | "relu" | "tanh" | "none";
  readonly inputs: number;
  readonly outputs: number;
  /** Before the update, `[inputs, outputs]` and `[outputs]`. */
  readonly weight: TypedArray;
  readonly bias: TypedArray;
  /** After it. */
  readonly weightAfter: TypedArray;
  readonly biasAfter: TypedArray;
  /** The derivative of the loss by both. */
  readonly weightGradient: TypedArray;
  readonly biasGradient: TypedArray;
  /** For the step's first image: the weighted sums x, and a, what the activation makes of them. */
  readonly sums: TypedArray;
  readonly outputsOfUnits: TypedArray;
  /** The derivative of the loss by x, for this image: back(l, j). And by a. */
  readonly back: TypedArray;
  readonly byOutput: TypedArray;
}

/** A parameter of any layer in a step. */
export interface ParameterAnatomy {
  /** `0.weight`. */
  readonly path: string;
  readonly shape: readonly number[];
  /** Before the update and after it, and the derivative of the loss by it; row-major. */
  readonly values: TypedArray;
  readonly valuesAfter: TypedArray;
  readonly gradient: TypedArray;
}

/** A layer that is not taken apart further: what it gave for the step's first image, what came back, what it learns. */
export interface LayerAnatomy extends Pick<LayerView, "path" | "name" | "activation" | "gradient"> {
  readonly parameters: readonly ParameterAnatomy[];
}

/** What a loss is called: the article's, that of classes, and that of images that are given back. */
export type LossName = "half squared error" | "cross entropy" | "mean squared error";

/** One training step taken apart: the layers before the dense ones at the end in `others`, the dense ones in `layers`. */
export interface StepAnatomy {
  readonly step: number;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly optimizer: string;
  /** The first image of the batch, as the network saw it, and its class. */
  readonly input: TypedArray;
  readonly rows: number;
  readonly columns: number;
  readonly classIndex: number;
  /** What the network said about it: shares of the classes, or the image that it gives back; and what it was wanted to say. */
  readonly outputs: readonly number[];
  readonly target: readonly number[];
  readonly lossName: LossName;
  /** The mean over the batch, and that of the first image alone. */
  readonly loss: number;
  readonly imageLoss: number;
  /** The layers before the dense ones, from the image on. */
  readonly others: readonly LayerAnatomy[];
  /** What the first dense layer gets: what the layers before it give, else the image. */
  readonly denseInput: TypedArray;
  /** The dense layers at the end of the network. */
  readonly layers: readonly DenseAnatomy[];
}

/** A weight's derivative by backpropagation and by moving the weight a little both ways, at the step that is taken apart. */
export interface GradientCheck {
  readonly step: number;
  readonly parameter: string;
  readonly index: number;
  readonly analytic: number;
  readonly numeric: number;
  readonly distance: number;
  readonly lossAbove: number;
  readonly lossBelow: number;
}

/** What the loss on the step's batch would be after an update with other learning rates. */
export interface RateTrial {
  readonly step: number;
  readonly trials: readonly { readonly learningRate: number; readonly loss: number }[];
  /** Before any update. */
  readonly lossBefore: number;
}

/** What the network says about a picture that somebody drew or chose. */
export interface Prediction {
  readonly id: number;
  /** Which test image it is, where it is one: its position in the test slice, and the class that it truly is. */
  readonly testImage?: { readonly index: number; readonly classIndex: number };
  /** The picture as the network saw it, 0 to 255. */
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Uint8Array;
  /** Shares of the classes; an image of 0 to 1 where the network gives one back. Empty for a blank picture. */
  readonly outputs: readonly number[];
}

/** Images of the training file in a row. */
export interface ImagePage {
  /** The position of the first one: in the whole file, or among the chosen classes. */
  readonly from: number;
  readonly sheet: ImageSheet;
}

/** Everything that was looked at last; each where somebody wanted it. */
export interface Inspected {
  readonly network?: NetworkView;
  readonly anatomy?: StepAnatomy;
  readonly check?: GradientCheck;
  readonly rates?: RateTrial;
  readonly results?: RunResults;
  readonly prediction?: Prediction;
  readonly comparison?: BackendComparison;
  /** Of the whole training file, and of the chosen classes in it. */
  readonly images?: { readonly all: ImagePage; readonly chosen: ImagePage };
}
