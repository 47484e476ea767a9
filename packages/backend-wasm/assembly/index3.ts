export { sparseLists, sparseLinear, sparseGradient } from "./kernels/sparse";
