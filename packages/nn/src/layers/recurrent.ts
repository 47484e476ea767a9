import { linear, type Shape, stack, type Tensor } from "@gradwerk/tensor";
import { checkCounts, checkSample, toldInput } from "./extents.ts";
import { drawsOf, type Initializer, uniformAround } from "./initializers.ts";
import type { Layer } from "./layer.ts";
import { pyTorchNames } from "./py-torch-form.ts";

/** What a recurrent layer learns; G is the number of its gates. */
export interface RecurrentParameters {
  /** `[D, G H]`, gate by gate. */
  readonly inputWeight: Tensor;
  /** `[H, G H]` */
  readonly recurrentWeight: Tensor;
  /** `[G H]` */
  readonly inputBias: Tensor;
  /** `[G H]` */
  readonly recurrentBias: Tensor;
}

/** How a recurrent layer is made. */
export interface RecurrentOptions {
  /** Hidden units: H. */
  readonly units: number;
  /** Whether to give the state after the last step, `[H]`, or that after each, `[T, H]`. Default: `last`. */
  readonly returns?: "last" | "sequence";
  /** How weights and biases begin. Default: `uniformAround(units)`, as in PyTorch. */
  readonly weight?: Initializer;
}

/** What goes from step to step: the state that is given, and what else a cell keeps. */
type States = readonly [hidden: Tensor, ...kept: Tensor[]];

/** One step of a cell, from what its inputs and its state come to, each `[B, G H]`. */
type Cell = (fromInput: Tensor, fromState: Tensor, states: States) => States;

/**
 * A recurrent layer over `[T, D]`: `h = tanh(x Wx + bx + h Wh + bh)`, from a state of zeros.
 *
 * @throws NnError `layer-size`, `layer-shape`
 * @see torch.nn.RNN
 */
export function rnn(options: RecurrentOptions): Layer<RecurrentParameters> {
  return recurrent({ kind: "rnn", gates: 1, states: 1, other: 2 }, options, (fromInput, fromState) => [
    fromInput.add(fromState).tanh(),
  ]);
}

/**
 * Long short-term memory over `[T, D]`. With gates i (input), f (forget), g (what is new) and o (output), each
 * `x Wx + bx + h Wh + bh`: `c = s(f) c + s(i) tanh(g)`, `h = s(o) tanh(c)`, s the sigmoid; h and c begin as zeros.
 *
 * @throws NnError `layer-size`, `layer-shape`
 * @example
 * const model = network([28, 28], lstm({ units: 64 }), dense({ outputs: 10 })); // an image, row by row
 * @see S. Hochreiter, J. Schmidhuber, Neural Computation 9 (1997); torch.nn.LSTM, whose order of gates it has
 */
export function lstm(options: RecurrentOptions): Layer<RecurrentParameters> {
  return recurrent(
    { kind: "lstm", gates: 4, states: 2, other: 13 },
    options,
    (fromInput, fromState, [, memory]) => {
      const [input, forget, fresh, output] = gatesOf(fromInput.add(fromState), 4);
      const next = forget.sigmoid().mul(memory).add(input.sigmoid().mul(fresh.tanh()));
      return [output.sigmoid().mul(next.tanh()), next];
    },
  );
}

/**
 * Gated recurrent units over `[T, D]`. With gates r (reset), z (update) and n (what is new):
 * `n = tanh(x Wn + bn + s(r) (h Un + dn))`, `h = (1 - s(z)) n + s(z) h`, s the sigmoid; h begins as zeros.
 *
 * @throws NnError `layer-size`, `layer-shape`
 * @see K. Cho et al., arXiv:1406.1078; torch.nn.GRU, whose order of gates it has
 */
export function gru(options: RecurrentOptions): Layer<RecurrentParameters> {
  return recurrent(
    { kind: "gru", gates: 3, states: 1, other: 10 },
    options,
    (fromInput, fromState, [hidden]) => {
      const [resetX, updateX, freshX] = gatesOf(fromInput, 3);
      const [resetH, updateH, freshH] = gatesOf(fromState, 3);
      const fresh = freshX.add(resetX.add(resetH).sigmoid().mul(freshH)).tanh();
      const update = updateX.add(updateH).sigmoid();
      return [fresh.add(update.mul(hidden.sub(fresh)))];
    },
  );
}

/** What one kind of cell is. */
interface Kind {
  readonly kind: string;
  readonly gates: number;
  /** How many tensors go from step to step. */
  readonly states: number;
  /** Operations of one unit in one step beside the products. */
  readonly other: number;
}

function recurrent(
  { kind, gates, states, other }: Kind,
  { units, returns = "last", weight = uniformAround(units) }: RecurrentOptions,
  cell: Cell,
): Layer<RecurrentParameters> {
  const name = `${kind} ${units}`;
  checkCounts(kind, { units });
  const width = gates * units;
  const checked = (input: Shape): Shape => {
    checkSample(
      name,
      input.length === 2,
      "[T, D]",
      input,
      "Reshape, so that steps come first and units last.",
    );
    return input;
  };
  return {
    name,
    outputShape(input) {
      const [steps] = checked(input);
      return returns === "last" ? [units] : [steps, units];
    },
    initialize(device, dtype, start = {}) {
      const [, inputs] = checked(toldInput(name, start.input));
      const draws = drawsOf(start);
      const made = (shape: Shape, what: string): Tensor =>
        weight(device, shape, dtype, `${name} ${what}`, draws);
      return {
        inputWeight: made([inputs, width], "input weight"),
        recurrentWeight: made([units, width], "recurrent weight"),
        inputBias: made([width], "input bias"),
        recurrentBias: made([width], "recurrent bias"),
      };
    },
    apply({ inputWeight, recurrentWeight, inputBias, recurrentBias }, x) {
      const [batch, steps] = x.shape;
      // The inputs of all steps at once: [B, T, D] -> [B, T, G H].
      const fromInputs = linear(x, inputWeight, inputBias);
      let now = Array.from({ length: states }, () =>
        x.device.zeros([batch, units], { dtype: x.dtype }),
      ) as unknown as States;
      const hidden: Tensor[] = [];
      for (let t = 0; t < steps; t++) {
        const fromInput = fromInputs.slice(1, t, t + 1).reshape([batch, width]);
        now = cell(fromInput, linear(now[0], recurrentWeight, recurrentBias), now);
        hidden.push(now[0]);
      }
      return returns === "last" ? now[0] : stack(hidden, 1);
    },
    pyTorch: pyTorchNames({
      inputWeight: { name: "weight_ih_l0", axes: [1, 0] },
      recurrentWeight: { name: "weight_hh_l0", axes: [1, 0] },
      inputBias: { name: "bias_ih_l0" },
      recurrentBias: { name: "bias_hh_l0" },
    }),
    flops: ([steps, inputs]) => steps * (2 * width * (inputs + units) + other * units),
  };
}

// [B, G H] -> G times [B, H]
function gatesOf(all: Tensor, gates: number): Tensor[] {
  return all.split(all.shape[1] / gates, 1);
}
