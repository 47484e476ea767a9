/**
 * Random tensors, drawn from keys that `device.randomKey` makes.
 *
 * @module
 */
export { bernoulli } from "./ops/random/bernoulli.ts";
export { foldIn } from "./ops/random/foldIn.ts";
export { type NormalOptions, normal } from "./ops/random/normal.ts";
export { permutation } from "./ops/random/permutation.ts";
export { randint } from "./ops/random/randint.ts";
export { randomBits } from "./ops/random/randomBits.ts";
export { splitKey } from "./ops/random/splitKey.ts";
export { type UniformOptions, uniform } from "./ops/random/uniform.ts";
