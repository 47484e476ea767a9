import {
  adagrad,
  adam,
  adamW,
  lion,
  type Optimizer,
  parametersOf,
  rmsprop,
  sgd,
  valueAndGrad,
} from "@gradwerk/nn";
import type { Tensor } from "@gradwerk/tensor";
import * as ops from "@gradwerk/tensor";
import { foldIn } from "@gradwerk/tensor/draws";
import { accumulate, accumulateRows } from "@gradwerk/tensor/training";
import type { FusedInputs } from "../fused/fused-case.ts";

/** A step that is called several times, eagerly and captured. */
export interface StepCase {
  readonly name: string;
  /** How often each call runs the step. Default: once. */
  readonly times?: number;
  /** Whether layers may read only what is not 0 of stored images, which takes sums in another order. Default: no. */
  readonly sparse?: boolean;
  /** How many programs its calls need. Default: one. */
  readonly programs?: number;
  readonly make: (given: FusedInputs) => PreparedStep;
}

/** A step on the tensors of one device. */
export interface PreparedStep {
  readonly step: (...args: readonly Tensor[]) => unknown;
  /** The arguments of each call. */
  readonly calls: readonly (readonly Tensor[])[];
  /** What the step changes, or may not change. */
  readonly state?: readonly Tensor[];
  /** Changes something from outside before the call of this number. */
  readonly before?: (call: number) => void;
}

const [batch, inputs, hidden, classes] = [5, 36, 7, 3];

/** Images of which most is 0, their labels, and row numbers for as many calls as there are batch sizes. */
function dataOf({ device, integers }: FusedInputs, batches: readonly number[] = [batch, batch, batch]) {
  const images = device.scope(() =>
    integers("uint8", [9, inputs], 90, [0, 256]).mul(integers("uint8", [9, inputs], 91, [0, 4]).equal(0)),
  );
  const rows = batches.map((size, i) => integers("int32", [size], 92 + i, [0, 9]));
  const labels = batches.map((size, i) => integers("int32", [size], 95 + i, [0, classes]));
  return { images, calls: rows.map((row, i) => [row, labels[i]]) };
}

type Apply<Parameters> = (parameters: Parameters, x: Tensor) => Tensor;

/** Steps of training on rows of stored images: the loss of each, and all that is learnt and remembered. */
function training<Parameters>(
  given: FusedInputs,
  parameters: Parameters,
  apply: Apply<Parameters>,
  optimizer: Optimizer,
  { batches, rates }: { batches?: readonly number[]; rates?: readonly number[] } = {},
): PreparedStep {
  const { device, dtype } = given;
  const { images, calls } = dataOf(given, batches);
  const rate = device.full([], optimizer.learningRateAt(0), { dtype });
  const state = optimizer.initialize(parameters);
  const lossAndGradients = valueAndGrad((weights: Parameters, rows: Tensor, labels: Tensor) => {
    const x = images
      .gatherRows(rows)
      .cast(dtype)
      .mul(1 / 255);
    return ops.crossEntropy(apply(weights, x), labels);
  });
  return {
    step: (rows, labels) => {
      const { value, gradients } = lossAndGradients(parameters, rows, labels);
      optimizer.update(parameters, gradients, state, rate);
      return value;
    },
    calls,
    state: parametersOf([parameters, state]).map(({ tensor }) => tensor),
    before: (call) => {
      if (rates !== undefined) device.scope(() => ops.assign(rate, device.full([], rates[call], { dtype })));
    },
  };
}

const perceptron = ({ numbers }: FusedInputs) => ({
  first: { weight: numbers([inputs, hidden], 80, [-0.5, 0.5]), bias: numbers([hidden], 81) },
  second: { weight: numbers([hidden, classes], 82, [-0.5, 0.5]), bias: numbers([classes], 83) },
});

function throughPerceptron({ first, second }: ReturnType<typeof perceptron>, x: Tensor): Tensor {
  return ops.linear(ops.linear(x, first.weight, first.bias).relu(), second.weight, second.bias);
}

const steady = { learningRate: 0.1 };

const trainings: readonly StepCase[] = [
  {
    name: "training a perceptron by plain descent",
    make: (given) => training(given, perceptron(given), throughPerceptron, sgd(steady)),
  },
  {
    name: "training a perceptron by plain descent on what is not 0",
    sparse: true,
    make: (given) => training(given, perceptron(given), throughPerceptron, sgd(steady)),
  },
  {
    name: "training with momentum, Nesterov and decay",
    make: (given) =>
      training(
        given,
        perceptron(given),
        throughPerceptron,
        sgd({ ...steady, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
      ),
  },
  {
    name: "training by Adam at a rate that changes",
    make: (given) =>
      training(given, perceptron(given), throughPerceptron, adam(steady), { rates: [0.1, 0.05, 0.01] }),
  },
  {
    name: "training by AdamW on what is not 0",
    sparse: true,
    make: (given) => training(given, perceptron(given), throughPerceptron, adamW(steady)),
  },
  ...[
    sgd({ ...steady, momentum: 0.9, dampening: 0.5, weightDecay: 0.01 }),
    adam({ ...steady, amsgrad: true, weightDecay: 0.01 }),
    rmsprop({ ...steady, momentum: 0.9, centered: true, weightDecay: 0.01 }),
    adagrad({ ...steady, learningRateDecay: 0.1, initialAccumulator: 0.1 }),
    lion({ ...steady, weightDecay: 0.01 }),
  ].map(
    (optimizer): StepCase => ({
      name: `training by ${optimizer.name} with all that it remembers`,
      make: (given) => training(given, perceptron(given), throughPerceptron, optimizer),
    }),
  ),
  {
    name: "training through sigmoid and tanh",
    make: (given) =>
      training(
        given,
        perceptron(given),
        ({ first, second }, x) =>
          ops.linear(ops.linear(x, first.weight, first.bias).sigmoid(), second.weight, second.bias).tanh(),
        sgd(steady),
      ),
  },
  {
    name: "training on batches of other sizes",
    programs: 2,
    make: (given) =>
      training(given, perceptron(given), throughPerceptron, sgd(steady), { batches: [5, 2, 5] }),
  },
  {
    name: "training five times on each batch",
    times: 5,
    make: (given) => training(given, perceptron(given), throughPerceptron, adam(steady)),
  },
  {
    name: "training a convolutional network",
    make: (given) =>
      training(
        given,
        {
          kernels: given.numbers([2, 1, 3, 3], 84, [-0.5, 0.5]),
          bias: given.numbers([2], 85),
          scale: given.numbers([8], 86, [0.5, 1.5]),
          shift: given.numbers([8], 87),
          weight: given.numbers([8, classes], 88),
          offset: given.numbers([classes], 89),
        },
        ({ kernels, bias, scale, shift, weight, offset }, x) => {
          const images = x.reshape([x.shape[0], 1, 6, 6]);
          const maps = ops.maxPool2d(ops.conv2d(images, kernels, { bias }).relu(), 2);
          const normal = ops.layerNorm(maps.reshape([x.shape[0], 8]), scale, shift);
          return ops.linear(normal, weight, offset);
        },
        adam(steady),
      ),
  },
];

const stateful: readonly StepCase[] = [
  {
    name: "dropout under a key that moves on",
    make: ({ device, numbers }) => {
      const [key, x] = [device.randomKey(7), numbers([40], 70)];
      return {
        step: () => {
          ops.assign(key, foldIn(key, 1));
          return ops.dropout(x, key, { rate: 0.3 });
        },
        calls: [[], [], []],
        state: [key],
      };
    },
  },
  {
    name: "running statistics of batch norm",
    make: ({ device, dtype, numbers }) => {
      const [scale, shift] = [numbers([3], 71, [0.5, 1.5]), numbers([3], 72)];
      const [mean, variance] = [device.zeros([3], { dtype }), device.ones([3], { dtype })];
      const follow = (running: Tensor, found: Tensor): void =>
        ops.assign(running, running.mul(0.9).add(found.mul(0.1)));
      return {
        step: (x) => {
          const normal = ops.batchNorm(x, scale, shift);
          follow(mean, normal.mean);
          follow(variance, normal.variance);
          return [normal.output, ops.batchNormInference(x, scale, shift, mean, variance)];
        },
        calls: [73, 74, 75].map((seed) => [numbers([4, 3, 2], seed)]),
        state: [mean, variance],
      };
    },
  },
  {
    name: "gradients that are clipped by their norm",
    make: ({ device, dtype, numbers }) => {
      const [weight, rate] = [numbers([6, 4], 76), device.full([], 0.5, { dtype })];
      const lossAndGradient = valueAndGrad((w: Tensor, x: Tensor) => x.matmul(w).square().sum());
      return {
        step: (x) => {
          const { value, gradients } = lossAndGradient(weight, x);
          const length = gradients.square().sum().sqrt();
          const clipped = gradients.mul(ops.where(length.greater(1), length.reciprocal(), 1));
          ops.assign(weight, weight.sub(clipped.mul(rate)));
          return [value, length];
        },
        calls: [77, 78, 79].map((seed) => [numbers([3, 6], seed)]),
        state: [weight],
      };
    },
  },
  {
    name: "counts and sums that go on",
    times: 3,
    make: ({ device, dtype, numbers }) => {
      const [count, total, seen] = [
        device.zeros([], { dtype: "int32" }),
        device.zeros([4], { dtype }),
        device.zeros([9], { dtype }),
      ];
      return {
        step: (x) => {
          const y = x.exp().add(total);
          accumulate(total, x);
          accumulateRows(seen, count.reshape([1]), y.sum().reshape([1]));
          accumulate(count, 1);
          return [y, total.mul(2).sub(x)];
        },
        calls: [54, 55].map((seed) => [numbers([4], seed)]),
        state: [count, total, seen],
      };
    },
  },
  {
    name: "what is set anew at each run",
    times: 2,
    make: ({ device, dtype, numbers }) => {
      const total = device.zeros([3], { dtype });
      return {
        step: (x) => {
          const own = device.tensor([1, 2, 3], { dtype });
          const before = own.mul(x);
          ops.assign(own, own.add(before));
          ops.assign(total, total.add(own));
          return [own, before];
        },
        calls: [60, 61].map((seed) => [numbers([3], seed)]),
        state: [total],
      };
    },
  },
];

const passing: readonly StepCase[] = [
  {
    name: "layers and their activations, forward alone",
    make: ({ numbers }) => {
      const [weight, bias] = [numbers([36, 7], 40, [-0.5, 0.5]), numbers([7], 41)];
      const [kernels, offsets] = [numbers([2, 1, 3, 3], 42), numbers([2], 43)];
      return {
        step: (x) => {
          const layer = (): Tensor => ops.linear(x, weight, bias);
          const maps = ops.conv2d(x.reshape([33, 1, 6, 6]), kernels, { bias: offsets });
          return [layer().relu(), layer().sigmoid(), layer().tanh(), maps.relu()];
        },
        calls: [44, 45].map((seed) => [numbers([33, 36], seed)]),
      };
    },
  },
  {
    name: "results that are arguments, views and what was there before",
    make: ({ numbers }) => {
      const outside = numbers([3, 4], 62);
      return {
        step: (x, y) => {
          ops.assign(y, y.add(x));
          return {
            x,
            y,
            slice: x.slice(1, 1, 3),
            turned: x.exp().transpose(),
            outside,
            view: outside.flip(0),
          };
        },
        calls: [63, 64].map((seed) => [numbers([3, 4], seed), numbers([3, 4], seed + 2)]),
        state: [outside],
      };
    },
  },
  {
    name: "arguments that lie in memory in other ways, and move",
    make: ({ numbers }) => {
      const [square, store] = [numbers([4, 4], 67), numbers([9, 4], 68)];
      return {
        step: (x, y) => ops.where(x.less(y), x.matmul(y), x.mul(y).tanh()),
        calls: [
          [square.transpose(), store.slice(0, 2, 6)],
          [square, store.slice(0, 5, 9)],
          [square.flip(), store.slice(0, 1, 5).transpose()],
        ],
      };
    },
  },
  {
    name: "integers, truth values and a sort",
    make: ({ integers, numbers }) => ({
      step: (x, counts) => {
        const top = ops.topK(x, 2);
        const small = counts.abs().less(20);
        return [top, x.argmax(1), ops.where(small, counts.neg(), counts.mul(3)), small.cast("int32").sum()];
      },
      calls: [50, 51].map((seed) => [numbers([4, 6], seed), integers("int32", [7], seed, [-50, 50])]),
    }),
  },
  {
    name: "nothing",
    make: ({ numbers }) => ({ step: () => undefined, calls: [[numbers([3], 52)], [numbers([3], 53)]] }),
  },
];

/** Whole steps, as programs are made of them. */
export const stepCases: readonly StepCase[] = [...trainings, ...stateful, ...passing];
