/**
 * Random numbers without tensors: plain values and typed arrays, the same on every engine.
 *
 * @module
 */
export { NumpyRandom } from "./random/numpy-random.ts";
export { PhiloxRandom, philox4x32 } from "./random/philox.ts";
