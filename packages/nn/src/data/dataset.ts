import {
  type Device,
  formatShape,
  gatherRows,
  type Shape,
  sizeOf,
  type Tensor,
  type TypedArray,
} from "@gradwerk/tensor";
import { NnError } from "../errors.ts";

/** Samples that stay on the device while a network learns from them. Made once, for as many runs as are wanted. */
export interface Dataset {
  /** `[N, ...]`: bytes, such as the pixels of images, or floats. */
  readonly inputs: Tensor;
  /** The class of each sample: int32 `[N]`, from 0 to `classes - 1`. */
  readonly labels: Tensor;
  readonly classes: number;
  /** How many samples there are: N. */
  readonly count: number;
  /** What the stored inputs are multiplied with on their way into the network. */
  readonly scale: number;
  /** Frees both tensors. */
  dispose(): void;
}

/**
 * What a data set is made of. Plain values: the `LabelledSamples` that `@gradwerk/mnist` and `@gradwerk/data` read can be
 * given as they are.
 */
export interface DatasetOptions {
  /** All samples one after the other, row-major. Kept as they are: bytes stay bytes. */
  readonly inputs: TypedArray;
  /** The shape of one sample: `[784]`, or `[1, 28, 28]` for convolutions. */
  readonly shape: Shape;
  /** One class per sample. */
  readonly labels: ArrayLike<number>;
  /** How many classes there are. Default: as many as `classNames` has. */
  readonly classes?: number;
  /** What the classes are called, in class order; for their number. */
  readonly classNames?: readonly string[];
  /** What inputs are multiplied with. Default: 1/255 for bytes, so that they run from 0 to 1; else 1. */
  readonly scale?: number;
}

/**
 * Puts samples on a device. Images belong there as bytes: they take a quarter of the memory of floats, and layers that
 * read them can leave out the zeros.
 *
 * @throws NnError `labels` for a label that is no class; `not-finite` for an input that is NaN or infinite; `option` for no
 * samples, inputs that are not as many as `shape` and labels say, no or another number of classes than names, and a scale
 * that is not finite
 * @example
 * const digits = dataset(device, { inputs: train.pixels, shape: [784], labels: train.labels, classes: 10 });
 */
export function dataset(device: Device, options: DatasetOptions): Dataset {
  const { inputs, shape, labels, scale = inputs instanceof Uint8Array ? 1 / 255 : 1 } = options;
  const classes = classesOf(options);
  const count = labels.length;
  const size = sizeOf(shape);
  if (count === 0 || inputs.length !== count * size) {
    throw new NnError(
      "option",
      `dataset: ${count} labels and ${inputs.length} inputs, of which ${formatShape(shape)} are one sample, do not fit. ` +
        `Give one label and ${size} inputs per sample, and at least one sample.`,
    );
  }
  if (!Number.isFinite(scale)) {
    throw new NnError("option", `dataset: scale must be a finite number, got ${scale}.`);
  }
  const numbers = Int32Array.from(labels);
  for (let i = 0; i < count; i++) {
    if (numbers[i] === labels[i] && labels[i] >= 0 && labels[i] < classes) continue;
    throw new NnError(
      "labels",
      `dataset: the label of sample ${i} is ${labels[i]}; with ${classes} classes labels are whole numbers from 0 to ${classes - 1}.`,
    );
  }
  checkFinite(inputs, size);
  const stored = device.keep({
    inputs: device.tensor(inputs, { shape: [count, ...shape], name: "inputs" }),
    labels: device.tensor(numbers, { name: "labels" }),
  });
  return {
    ...stored,
    classes,
    count,
    scale,
    dispose(): void {
      stored.inputs.dispose();
      stored.labels.dispose();
    },
  };
}

function classesOf({ classes, classNames }: DatasetOptions): number {
  const count = classes ?? classNames?.length;
  if (
    count === undefined ||
    !Number.isInteger(count) ||
    count < 1 ||
    count !== (classNames?.length ?? count)
  ) {
    const named = classNames === undefined ? "" : ` and ${classNames.length} classNames`;
    throw new NnError(
      "option",
      `dataset: classes must be a whole number from 1 up, and as many as classNames where those are given; got ${classes}${named}.`,
    );
  }
  return count;
}

function checkFinite(inputs: TypedArray, size: number): void {
  if (!(inputs instanceof Float32Array || inputs instanceof Float64Array)) return;
  for (let i = 0; i < inputs.length; i++) {
    // NaN and the infinities are what is no number when taken from itself.
    if (inputs[i] - inputs[i] === 0) continue;
    throw new NnError(
      "not-finite",
      `dataset: input ${i % size} of sample ${Math.floor(i / size)} is ${inputs[i]}. Mend the data or leave that sample out.`,
    );
  }
}

/** The samples with these numbers as a network takes them: `[B, ...]` of a float dtype. */
export function inputsOf({ inputs, scale }: Dataset, rows: Tensor, dtype: Tensor["dtype"]): Tensor {
  const stored = gatherRows(inputs, rows);
  const numbers = stored.dtype === dtype ? stored : stored.cast(dtype);
  return scale === 1 ? numbers : numbers.mul(scale);
}
