/**
 * MNIST without Node: parsing, digit subsets, slices, normalising, one-hot, batches, deterministic shuffles.
 * Finding and downloading the files is the entry `@gradwerk/mnist/node`.
 *
 * @packageDocumentation
 */
export { type Batch, type BatchOptions, batches, type DigitBatch, shuffledOrder } from "./batches.ts";
export { type FloatType, normalizePixels, oneHot } from "./encode.ts";
export * from "./idx.ts";
export {
  classCounts,
  type DigitSet,
  type ImageSet,
  type PairNames,
  pairImagesAndLabels,
  sliceSet,
} from "./image-set.ts";
export { toMnistStyle } from "./mnist-style.ts";
export { type GreyImage, resizeImage } from "./resize.ts";
export { type LabelledSamples, type SampleInputs, samplesOf, splitSamples } from "./samples.ts";
export { selectDigits } from "./select-digits.ts";
export { knownSets, type SetDescriptor } from "./set-descriptor.ts";
export { transposeImages } from "./transpose.ts";
