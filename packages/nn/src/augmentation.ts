/**
 * Random changes of batches of images, for training: as `augment` of `fit`, or by themselves.
 *
 * @module
 */
export { type Augmentation, composed } from "./augmentation/augmentation.ts";
export { elastic } from "./augmentation/elastic.ts";
export { noise } from "./augmentation/noise.ts";
export { rotated } from "./augmentation/rotated.ts";
export { shifted } from "./augmentation/shifted.ts";
