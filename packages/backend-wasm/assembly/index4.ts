import { conv2dBackwardInput, conv2d, conv2dBackwardWeight } from "./kernels/convolution";
export { conv2d, conv2dBackwardInput, conv2dBackwardWeight };
