import type {
  Backend,
  ChainOperand,
  FusedKernelSignatures,
  FusedKernels,
  Kernel,
  View,
} from "@gradwerk/tensor/backend";
import { type AnyKernel, type Fault, rowMajor, sizeOf } from "./fault.ts";
import { createFusedCpuBackend } from "./fused-cpu.ts";
import { lastOfEquals, meanOfSquares, quickSoftmax } from "./naive-mistakes.ts";
import { change, memoryOf, whileChanged } from "./view-memory.ts";

type FusedName = keyof FusedKernels;
type FusedKernel<Name extends FusedName> = Kernel<FusedKernelSignatures[Name]>;

/** One subtle error in one fused kernel. */
function fault<Name extends FusedName>(
  name: string,
  kernel: Name,
  replace: (right: FusedKernel<Name>, backend: Backend) => FusedKernel<Name>,
  reason: RegExp = /, result \d: element \d+ is .* instead of/,
): Fault {
  return {
    name,
    create: () => {
      const backend = createFusedCpuBackend();
      const right = backend.fused?.[kernel] as FusedKernel<Name> | undefined;
      if (right === undefined) throw new Error(`the naive backend lacks ${kernel}`);
      return { ...backend, fused: { ...backend.fused, [kernel]: replace(right, backend) } };
    },
    section: "fused",
    caseName: `${kernel} float32`,
    reason,
  };
}

/** A kernel that gets other attributes than it was asked with. */
function misread<Name extends FusedName>(
  name: string,
  kernel: Name,
  attributes: Partial<FusedKernelSignatures[Name]["attributes"]>,
  reason?: RegExp,
): Fault {
  return fault(
    name,
    kernel,
    (right) => (out, inputs, given) => right(out, inputs, { ...given, ...attributes }),
    reason,
  );
}

const inChain = (what: string): RegExp => new RegExp(`${what}.*, the buffer of output 0: element \\d+ is`);

const chainFaults: readonly Fault[] = [
  fault(
    "goes on with what an input held before it was overwritten",
    "elementwise",
    (right) => (out, inputs, attributes) => {
      const overwritten = ({ kind, index }: ChainOperand): ChainOperand => {
        const input = kind === "output" ? inputs.findIndex((view) => isSameView(view, out[index])) : -1;
        return input < 0 ? { kind, index } : { kind: "input", index: input };
      };
      // The first write goes elsewhere, so that the input stays readable.
      const scratch = [...attributes.temporaries, ...out.map(({ buffer }) => buffer.dtype)];
      const steps = attributes.steps.map((step, i) => {
        const isLast = attributes.steps.slice(i + 1).every((later) => !isSameOperand(later.out, step.out));
        const moved = { kind: "temporary", index: attributes.temporaries.length + step.out.index } as const;
        const target = step.out.kind === "output" && !isLast ? moved : step.out;
        return { ...step, inputs: step.inputs.map(overwritten), out: target };
      });
      right(out, inputs, { steps, temporaries: scratch });
    },
    inChain("^a result where an input was"),
  ),
  fault(
    "does 15 steps at most",
    "elementwise",
    (right) =>
      (out, inputs, { steps, temporaries }) =>
        right(out, inputs, { steps: steps.slice(0, 15), temporaries }),
    inChain("^16 steps"),
  ),
  fault(
    "rounds at the end of a chain alone",
    "elementwise",
    (right) =>
      (out, inputs, { steps, temporaries }) => {
        const wide = temporaries.map((dtype) => (dtype === "float32" ? "float64" : dtype));
        right(out, inputs, { steps, temporaries: wide });
      },
    inChain("^24 operands"),
  ),
  fault(
    "takes every input of a chain for contiguous",
    "elementwise",
    (right) => (out, inputs, attributes) =>
      right(
        out,
        inputs.map((view) => ({ ...view, strides: rowMajor(view.shape) })),
        attributes,
      ),
    inChain("^tanh"),
  ),
  fault(
    "writes a whole vector at the end of a chain",
    "elementwise",
    (right, backend) => (out, inputs, attributes) => {
      right(out, inputs, attributes);
      const [y] = out;
      memoryOf(backend).write({ ...y, offset: y.offset + sizeOf(y) }, [0]);
    },
    inChain("^tanh"),
  ),
  fault(
    "writes what only the chain needs over a result",
    "elementwise",
    (right, backend) => (out, inputs, attributes) => {
      right(out, inputs, attributes);
      if (out.length > 1) backend.kernels.fill([out[0]], [], { value: 2 });
    },
    inChain("^two results"),
  ),
];

const denseFaults: readonly Fault[] = [
  misread("forgets the activation", "linear", { activation: "none" }, /, sigmoid, result 0: element/),
  fault("adds the bias after the activation", "linear", (right, backend) => ([y], inputs, attributes) => {
    const bias = inputs[2];
    const added = memoryOf(backend).read(bias);
    whileChanged(
      backend,
      bias,
      () => 0,
      () => right([y], inputs, attributes),
    );
    change(backend, y, (value, place) => value + added[place % added.length]);
  }),
  misread("forgets the activation's slope", "linearBackward", { activation: "none" }),
  fault(
    "scales the output's gradient where it lies",
    "linearBackward",
    (right, backend) => (out, inputs, attributes) => {
      right(out, inputs, attributes);
      change(backend, inputs[0], (value) => value / 2);
    },
    /element 0 of input 0 of linearBackward was changed/,
  ),
  misread("forgets the scale of images", "sparseLinear", { scale: 1 }),
  misread("forgets the activation of images", "sparseLinear", { activation: "none" }, /, sigmoid, result 0/),
  ...(["sparseLinearSgdUpdate", "sparseLinearGradient"] as const).map((kernel) =>
    fault<typeof kernel>(
      `counts an image once that is there twice, in ${kernel}`,
      kernel,
      (right, backend) => (out, inputs, attributes) => {
        const [, rows, gradient] = inputs;
        const chosen = memoryOf(backend).read(rows);
        const isFirst = (place: number): boolean => {
          const row = Math.floor(place / gradient.shape[1]);
          return chosen.indexOf(chosen[row]) === row;
        };
        whileChanged(
          backend,
          gradient,
          (value, place) => (isFirst(place) ? value : 0),
          () => (right as AnyKernel)(out, inputs, attributes),
        );
      },
    ),
  ),
  misread("forgets the scale of a gradient", "sparseLinearGradient", { scale: 1 }),
  misread("forgets the scale of rows", "gatherScaled", { scale: 1 }),
  fault(
    "takes another image where there is none",
    "gatherScaled",
    (right, backend) => (out, inputs, attributes) =>
      whileChanged(
        backend,
        inputs[1],
        (row) => Math.max(row, 0),
        () => right(out, inputs, attributes),
      ),
    /some of no image, result 0: element \d+ is .* instead of 0/,
  ),
];

const lossFaults: readonly Fault[] = [
  fault(
    "takes exponentials without taking the largest off",
    "softmax",
    (_, backend) => quickSoftmax(backend),
    /^softmax of large and of masked numbers/,
  ),
  misread("takes every softmax for a logarithm", "softmax", { logarithm: true }),
  misread(
    "forgets label smoothing",
    "softmaxCrossEntropy",
    { labelSmoothing: 0 },
    /smoothed by 0\.1.*, result 0: element/,
  ),
  ...(["softmaxCrossEntropy", "softmaxCrossEntropyBackward"] as const).map((kernel) =>
    fault<typeof kernel>(
      `does not ignore a label that is outside, in ${kernel}`,
      kernel,
      (right, backend) => (out, inputs, attributes) => {
        const labels = inputs[inputs.length - 1];
        whileChanged(
          backend,
          labels,
          (label) => Math.max(label, 0),
          () =>
            (right as Kernel<{ out: typeof out; inputs: typeof inputs; attributes: object }>)(
              out,
              inputs,
              attributes,
            ),
        );
      },
    ),
  ),
  misread(
    "forgets label smoothing backward",
    "softmaxCrossEntropyBackward",
    { labelSmoothing: 0 },
    /smoothed by 0\.1, result 0/,
  ),
];

const updateFaults: readonly Fault[] = [
  misread("forgets weight decay", "sgdUpdate", { weightDecay: 0 }, /decay 0\.01, result 0/),
  misread("forgets Nesterov", "sgdUpdate", { nesterov: false }, /momentum, Nesterov, result 0/),
  misread("has an epsilon of its own", "adamUpdate", { epsilon: 1e-8 }, /step 3, decay 0\.01, result 0/),
  misread("couples decoupled decay", "adamUpdate", { decoupled: false }, /decoupled, result/),
  fault(
    "does not correct the moments' bias",
    "adamUpdate",
    (right, backend) => (out, inputs, attributes) =>
      whileChanged(
        backend,
        inputs[2],
        () => 1e9,
        () => right(out, inputs, attributes),
      ),
  ),
];

const normFaults: readonly Fault[] = [
  misread("has an epsilon of its own in layers", "layerNorm", { epsilon: 1e-5 }),
  fault(
    "takes the mean of squares less the square of the mean",
    "layerNorm",
    (right, backend) => meanOfSquares(right, backend),
    /far from 0, result 0/,
  ),
  fault(
    "forgets that the gradient passes through the scale",
    "layerNormBackward",
    (right, backend) => (out, inputs, attributes) =>
      whileChanged(
        backend,
        inputs[2],
        () => 1,
        () => right(out, inputs, attributes),
      ),
  ),
  fault(
    "takes the unbiased variance",
    "batchNorm",
    (right, backend) => (out, inputs, attributes) => {
      right(out, inputs, attributes);
      const count = sizeOf(inputs[0]) / inputs[0].shape[1];
      change(backend, out[2], (value) => (value * count) / (count - 1));
    },
    /result 2: element 0 is/,
  ),
  misread("has no epsilon backward", "batchNormBackward", { epsilon: 0 }),
];

const randomFaults: readonly Fault[] = [
  fault(
    "ignores the upper half of the counter",
    "randomBits",
    (right, backend) => (out, inputs, attributes) =>
      whileChanged(
        backend,
        inputs[0],
        (word, place) => (place === 1 ? 0 : word),
        () => right(out, inputs, attributes),
      ),
    /^1 words, result 0: element 0 is/,
  ),
  fault(
    "drops by other random bits",
    "dropout",
    (right) =>
      (out, [x, counter, key], attributes) =>
        right(out, [x, key, counter], attributes),
  ),
  fault("forgets to make what it keeps larger", "dropout", (right, backend) => (out, inputs, { rate }) => {
    right(out, inputs, { rate });
    change(backend, out[0], (value) => value * (1 - rate));
  }),
  fault(
    "writes a whole vector at the end",
    "dropout",
    (right, backend) => (out, inputs, attributes) => {
      right(out, inputs, attributes);
      const [y] = out;
      memoryOf(backend).write({ ...y, offset: y.offset + sizeOf(y) }, [0]);
    },
    /element 1 of output 0 of dropout was written to, beyond it/,
  ),
];

const windowFaults: readonly Fault[] = [
  misread("takes a stride for square", "conv2d", { stride: [2, 2] }),
  fault(
    "reads an input from the start of its buffer",
    "conv2d",
    (right) =>
      (out, [x, weight], attributes) =>
        right(out, [{ ...x, offset: 0 }, weight], attributes),
  ),
  fault(
    "forgets a convolution's bias",
    "conv2d",
    (right) =>
      (out, [x, weight], attributes) =>
        right(out, [x, weight], attributes),
    /with a bias, result 0: element/,
  ),
  misread(
    "forgets a convolution's activation",
    "conv2d",
    { activation: "none" },
    /, relu, result 0: element/,
  ),
  fault(
    "adds a convolution's bias after its activation",
    "conv2d",
    (right, backend) =>
      ([y], [x, weight, bias], attributes) => {
        right([y], [x, weight], attributes);
        if (bias === undefined) return;
        const [, channels, height, width] = y.shape;
        const added = memoryOf(backend).read(bias);
        change(backend, y, (value, place) => value + added[Math.floor(place / (height * width)) % channels]);
      },
    /with a bias, relu, result 0: element/,
  ),
  fault(
    "loses NaN in a convolution's activation",
    "conv2d",
    (right, backend) => (out, inputs, attributes) => {
      right(out, inputs, attributes);
      if (attributes.activation === "relu")
        change(backend, out[0], (value) => (Number.isNaN(value) ? 0 : value));
    },
    /, relu, result 0: element \d+ is 0 instead of NaN/,
  ),
  fault("swaps the paddings", "conv2dBackwardInput", (right) => (out, inputs, attributes) => {
    const [vertical, horizontal] = attributes.padding;
    right(out, inputs, { ...attributes, padding: [horizontal, vertical] });
  }),
  misread("forgets dilation", "conv2dBackwardWeight", { dilation: [1, 1] }),
  fault(
    "counts padding as zeros when it looks for the largest",
    "pool2d",
    (right, backend) => (out, inputs, attributes) => {
      right(out, inputs, attributes);
      if (attributes.op === "average" || attributes.padding[0] === 0) return;
      change(backend, out[0], (value) => Math.max(value, 0));
    },
    /with minus infinity, result 0: element \d+ is 0 instead of -Infinity/,
  ),
  fault(
    "leaves padding out of the average",
    "pool2d",
    (right, backend) =>
      ([y], [x], attributes) => {
        whileChanged(
          backend,
          x,
          () => 1,
          () => right([y], [x], attributes),
        );
        const shares = memoryOf(backend).read(y);
        right([y], [x], attributes);
        if (attributes.op === "average") change(backend, y, (value, place) => value / shares[place]);
      },
    /avgPool2d.*"padding":1/,
  ),
  fault(
    "gives the gradient to the last of equals",
    "pool2dBackward",
    (right, backend) => lastOfEquals(right, backend),
    /^maxPool2d of .*, result 0: element/,
  ),
  fault(
    "sorts in the other direction by turning the order around",
    "argsort",
    (right, backend) =>
      ([order], [x], { descending }) => {
        right([order], [x], { descending: false });
        const [, length] = x.shape;
        const ascending = memoryOf(backend).read(order);
        const turned = (place: number): number => place - (place % length) + length - 1 - (place % length);
        if (descending) change(backend, order, (_, place) => ascending[turned(place)]);
      },
    /, descending, result 0/,
  ),
];

const declarationFaults: readonly Fault[] = [
  {
    name: "declares a fused kernel that there is not",
    create: () => {
      const backend = createFusedCpuBackend();
      return { ...backend, fused: { ...backend.fused, lineer: () => {} } as FusedKernels };
    },
    section: "fused",
    caseName: "declares only kernels of the seam",
    reason: /^lineer: no such fused kernel; there are elementwise, linear, /,
  },
  {
    name: "declares a fused kernel that is never reached",
    create: () => {
      const backend = createFusedCpuBackend();
      const { softmaxCrossEntropy: _, ...others } = backend.fused ?? {};
      return { ...backend, fused: others };
    },
    section: "fused",
    caseName: "softmaxCrossEntropyBackward float32",
    reason: /^it needs softmaxCrossEntropy, which the backend does not declare/,
  },
  fault(
    "leaks in a fused kernel",
    "linear",
    (right, backend) => (out, inputs, attributes) => {
      backend.alloc("float32", 8);
      right(out, inputs, attributes);
    },
    /left \d+ buffers behind in memory\(\)/,
  ),
];

function isSameView(a: View, b: View): boolean {
  return a.buffer === b.buffer && a.offset === b.offset;
}

function isSameOperand(a: ChainOperand, b: ChainOperand): boolean {
  return a.kind === b.kind && a.index === b.index;
}

/** Faults in fused kernels, at least one in each: all other kernels are right. */
export const fusedFaults: readonly Fault[] = [
  ...chainFaults,
  ...denseFaults,
  ...lossFaults,
  ...updateFaults,
  ...normFaults,
  ...randomFaults,
  ...windowFaults,
  ...declarationFaults,
];
