import {
  type Device,
  formatShape,
  gatherRows,
  type Shape,
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

/** What a data set is made of. */
export interface DatasetOptions {
  /** All samples one after the other, row-major. Kept as they are: bytes stay bytes. */
  readonly inputs: TypedArray;
  /** The shape of one sample: `[784]`, or `[1, 28, 28]` for convolutions. */
  readonly shape: Shape;
  /** One class per sample. */
  readonly labels: ArrayLike<number>;
  /** How many classes there are. */
  readonly classes: number;
  /** What inputs are multiplied with. Default: 1/255 for bytes, so that they run from 0 to 1; else 1. */
  readonly scale?: number;
}

/**
 * Puts samples on a device. Images belong there as bytes: they take a quarter of the memory of floats, and layers that
 * read them can leave out the zeros.
 *
 * @throws NnError `labels` for a label that is no class; `option` for no samples, inputs that are not as many as `shape`
 * and labels say, and a scale that is not finite
 * @example
 * const digits = dataset(device, { inputs: train.pixels, shape: [784], labels: train.labels, classes: 10 });
 */
export function dataset(
  device: Device,
  { inputs, shape, labels, classes, scale = inputs instanceof Uint8Array ? 1 / 255 : 1 }: DatasetOptions,
): Dataset {
  const count = labels.length;
  const size = shape.reduce((product, extent) => product * extent, 1);
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

/** The samples with these numbers as a network takes them: `[B, ...]` of a float dtype. */
export function inputsOf({ inputs, scale }: Dataset, rows: Tensor, dtype: Tensor["dtype"]): Tensor {
  const stored = gatherRows(inputs, rows);
  const numbers = stored.dtype === dtype ? stored : stored.cast(dtype);
  return scale === 1 ? numbers : numbers.mul(scale);
}
