import type { Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import { type FusedCase, type FusedInputs, gradientsOf, replayed } from "./fused-case.ts";

const convolutions = [
  { x: [1, 1, 1, 1], w: [1, 1, 1, 1] },
  { x: [2, 1, 12, 12], w: [8, 1, 5, 5] },
  { x: [2, 3, 7, 9], w: [5, 3, 3, 2], stride: [2, 1], padding: [1, 2] },
  { x: [1, 4, 9, 8], w: [6, 2, 3, 3], groups: 2, dilation: [2, 1], padding: 1 },
  { x: [2, 3, 5, 6], w: [6, 1, 2, 3], groups: 3, stride: 2, padding: [1, 0] },
  { x: [3, 8, 12, 12], w: [16, 8, 5, 5] },
] as const;

const convolutionCases = convolutions.flatMap(({ x, w, ...options }): FusedCase[] => {
  const given = ({ numbers }: FusedInputs): [Tensor, Tensor] => [numbers(x, 26), numbers(w, 27)];
  const name = `[${x}] * [${w}] ${JSON.stringify(options)}`;
  const backward = (which: 0 | 1) => (inputs: FusedInputs) => [
    gradientsOf(inputs, given(inputs), ([a, b]) => ops.conv2d(a, b, options))[which],
  ];
  return [
    {
      kernel: "conv2d",
      name,
      terms: w[1] * w[2] * w[3],
      compute: (inputs) => [ops.conv2d(...given(inputs), options)],
    },
    {
      kernel: "conv2d",
      name: `${name} with a bias`,
      terms: w[1] * w[2] * w[3] + 1,
      compute: (inputs) => [ops.conv2d(...given(inputs), { ...options, bias: inputs.numbers([w[0]], 25) })],
    },
    ...["", " with a bias"].map(
      (words): FusedCase => ({
        kernel: "conv2d",
        name: `${name}${words}, relu`,
        terms: w[1] * w[2] * w[3] + 1,
        compute: (inputs) => {
          const [images, kernels] = given(inputs);
          const bias = words === "" ? {} : { bias: inputs.numbers([w[0]], 25) };
          const x = ops.where(images.greater(1.9), Number.NaN, images);
          return [replayed(inputs, () => ops.conv2d(x, kernels, { ...options, ...bias }).relu())];
        },
      }),
    ),
    { kernel: "conv2dBackwardInput", name, terms: w[0] * w[2] * w[3], compute: backward(0) },
    { kernel: "conv2dBackwardWeight", name, terms: x[0] * x[2] * x[3], compute: backward(1) },
  ];
});

const poolings = [
  { x: [1, 1, 2, 2], size: 2 },
  { x: [2, 3, 8, 8], size: 2 },
  { x: [1, 2, 9, 7], size: [3, 2], stride: [2, 1], padding: 1 },
  { x: [1, 1, 11, 11], size: 3, stride: 2, dilation: 2 },
] as const;

const poolingCases = poolings.flatMap(({ x, size, ...options }) =>
  ([ops.maxPool2d, ops.avgPool2d] as const).flatMap((op): FusedCase[] => {
    const name = `${op.name} of [${x}] ${JSON.stringify({ size, ...options })}`;
    // Few different numbers, so that windows hold several largest ones.
    const given = ({ integers, dtype }: FusedInputs): Tensor => integers("int32", x, 28, [0, 4]).cast(dtype);
    const strange = [
      ["minus infinity", Number.NEGATIVE_INFINITY],
      ["NaN", Number.NaN],
    ] as const;
    return [
      ["", given] as const,
      // Whole windows of them, too.
      ...strange.map(([what, value]) => {
        const mixed = (inputs: FusedInputs): Tensor => {
          const numbers = given(inputs);
          return ops.where(numbers.greater(0), value, numbers);
        };
        return [`, with ${what}`, mixed] as const;
      }),
    ].flatMap(([words, numbersOf]): FusedCase[] => [
      {
        kernel: "pool2d",
        name: `${name}${words}`,
        terms: 9,
        compute: (inputs) => [op(numbersOf(inputs), size, options)],
      },
      {
        kernel: "pool2dBackward",
        name: `${name}${words}`,
        terms: 9,
        compute: (inputs) => gradientsOf(inputs, [numbersOf(inputs)], ([y]) => op(y, size, options)),
      },
    ]);
  }),
);

/** Convolution and pooling. */
export const windowCases: readonly FusedCase[] = [...convolutionCases, ...poolingCases];
