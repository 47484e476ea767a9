import type { Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import * as training from "@gradwerk/tensor/training";
import { type FusedCase, type FusedInputs, gradientsOf, replayed } from "./fused-case.ts";

/** `[batch, inputs, outputs]` */
const denseSizes = [
  [1, 1, 1],
  [3, 5, 7],
  [4, 16, 8],
  [33, 127, 11],
  [32, 784, 10],
] as const;

const denseCases = denseSizes.flatMap(([batch, inputs, outputs]) =>
  (["none", "relu", "sigmoid", "tanh"] as const).flatMap((activation): FusedCase[] => {
    const given = ({ numbers }: FusedInputs): [Tensor, Tensor, Tensor] => [
      numbers([batch, inputs], 1),
      numbers([inputs, outputs], 2, [-0.3, 0.3]),
      numbers([outputs], 3),
    ];
    const name = `[${batch}, ${inputs}] x [${inputs}, ${outputs}], ${activation}`;
    return [
      {
        kernel: "linear",
        name,
        terms: inputs + 1,
        compute: (inputsOf) => [ops.linear(...given(inputsOf), { activation })],
      },
      {
        kernel: "linear",
        name: `${name}, with NaN`,
        terms: inputs + 1,
        compute: (inputsOf) => {
          const [x, weight, bias] = given(inputsOf);
          return [ops.linear(ops.where(x.greater(1.9), Number.NaN, x), weight, bias, { activation })];
        },
      },
      {
        kernel: "linearBackward",
        name,
        terms: Math.max(batch, outputs, inputs),
        compute: (inputsOf) =>
          gradientsOf(inputsOf, given(inputsOf), ([x, w, b]) => ops.linear(x, w, b, { activation })),
      },
      {
        kernel: "linearBackward",
        name: `${name}, without that of x`,
        terms: Math.max(batch, inputs),
        compute: (inputsOf) => {
          const [x, ...parameters] = given(inputsOf);
          return gradientsOf(inputsOf, parameters, ([w, b]) => ops.linear(x, w, b, { activation }));
        },
      },
    ];
  }),
);

// Images of which most values are 0, as handwriting is.
function sparseImages({ integers }: FusedInputs, count: number, inputs: number): Tensor {
  const dense = integers("uint8", [count, inputs], 5, [0, 256]);
  const kept = integers("uint8", [count, inputs], 6, [0, 5]).equal(0);
  return dense.mul(kept);
}

const sparseCases = [
  [1, 1, 1],
  [5, 13, 7],
  [32, 784, 128],
  [33, 783, 127],
].flatMap(([batch, inputs, outputs]): FusedCase[] => [
  ...(["none", "relu", "sigmoid", "tanh"] as const).map(
    (activation): FusedCase => ({
      kernel: "sparseLinear",
      name: `${batch} rows x [${inputs}, ${outputs}], ${activation}`,
      terms: inputs + 1,
      compute: (given) => {
        const rows = given.integers("int32", [batch], 7, [0, 9]);
        const weight = given.numbers([inputs, outputs], 8, [-0.3, 0.3]);
        const images = sparseImages(given, 9, inputs);
        return [
          training.sparseLinear(images, rows, weight, given.numbers([outputs], 9), 1 / 255, { activation }),
        ];
      },
    }),
  ),
  {
    kernel: "sparseLinear",
    name: `${batch} rows x [${inputs}, ${outputs}], some of no image`,
    unchecked: true,
    terms: inputs + 1,
    compute: (given) => {
      const rows = given.integers("int32", [batch], 7, [-3, 12]);
      const weight = given.numbers([inputs, outputs], 8, [-0.3, 0.3]);
      const images = sparseImages(given, 9, inputs);
      return [training.sparseLinear(images, rows, weight, given.numbers([outputs], 9), 1 / 255)];
    },
  },
  {
    kernel: "sparseLinearSgdUpdate",
    name: `${batch} rows x [${inputs}, ${outputs}], some of no image`,
    unchecked: true,
    terms: batch + 1,
    compute: (given) => {
      const rows = given.integers("int32", [batch], 7, [-3, 12]);
      const weight = given.numbers([inputs, outputs], 8, [-0.3, 0.3]);
      const rate = given.device.full([], 0.125, { dtype: given.dtype });
      const gradient = given.numbers([batch, outputs], 10);
      training.sparseLinearSgdUpdate(weight, sparseImages(given, 9, inputs), rows, gradient, rate, 1 / 255);
      return [weight];
    },
  },
  {
    kernel: "sparseLinearSgdUpdate",
    name: `${batch} rows x [${inputs}, ${outputs}]`,
    terms: batch + 1,
    compute: (given) => {
      const rows = given.integers("int32", [batch], 7, [0, 9]);
      const weight = given.numbers([inputs, outputs], 8, [-0.3, 0.3]);
      const rate = given.device.full([], 0.125, { dtype: given.dtype });
      const gradient = given.numbers([batch, outputs], 10);
      training.sparseLinearSgdUpdate(weight, sparseImages(given, 9, inputs), rows, gradient, rate, 1 / 255);
      return [weight];
    },
  },
]);

// What programs alone call: rows of images as floats, and the gradient of a weight that reads them.
const gatheredCases = [
  [2, 3, 1],
  [5, 13, 7],
  [32, 784, 128],
  [33, 783, 127],
].flatMap(([batch, inputs, outputs]) =>
  [
    { words: "", range: [0, 9] as const },
    { words: ", some of no image", range: [-3, 12] as const },
  ].flatMap(({ words, range }): FusedCase[] => {
    const batchOf = (given: FusedInputs): (() => Tensor) => {
      const images = sparseImages(given, 9, inputs);
      const rows = given.integers("int32", [batch], 7, range);
      return () =>
        images
          .gatherRows(rows)
          .cast(given.dtype)
          .mul(1 / 255);
    };
    return [
      {
        kernel: "gatherScaled",
        name: `${batch} rows of ${inputs}${words}`,
        unchecked: true,
        terms: 1,
        compute: (given) => {
          const x = batchOf(given);
          return [replayed(given, x)];
        },
      },
      {
        kernel: "sparseLinearGradient",
        name: `${batch} rows, [${inputs}, ${outputs}]${words}`,
        unchecked: true,
        terms: batch + 1,
        compute: (given) => {
          const x = batchOf(given);
          const dy = given.numbers([batch, outputs], 10);
          return [replayed(given, () => x().transpose().matmul(dy))];
        },
      },
    ];
  }),
);

/** Dense layers, on plain inputs and on images of which most is 0. */
export const linearCases: readonly FusedCase[] = [...denseCases, ...sparseCases, ...gatheredCases];
