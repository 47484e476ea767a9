/**
 * What is made of `valueAndGrad`: derivatives of other kinds, and memory traded for time.
 *
 * @module
 */
export {
  checkpoint,
  grad,
  hessianVectorProduct,
  jvp,
  type ValueAndPullback,
  vjp,
} from "./backpropagation/transforms.ts";
