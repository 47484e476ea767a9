import {
  add,
  matmul,
  mul,
  permute,
  reshape,
  slice,
  stack,
  sub,
  type Tensor,
  transpose,
} from "@gradwerk/tensor";
import type { NodeCall, Operator } from "../node-call.ts";

/** What goes from step to step: the hidden state, and what else a cell keeps. Each is `[B, H]`. */
type States = readonly [hidden: Tensor, ...kept: Tensor[]];

/** What a cell knows at one step: from the inputs `[B, G H]`, and what its recurrent weights make of a state. */
interface Step {
  readonly fromInput: Tensor;
  readonly states: States;
  /** A part of the recurrent weights, gates from `first` to before `last`, times a state, plus its bias: `[B, n H]`. */
  recurrent(state: Tensor, first: number, last: number): Tensor;
  /** The gates of `[B, n H]`. */
  gates(all: Tensor): Tensor[];
}

type Cell = (step: Step) => States;

const attributes = ["hidden_size", "direction", "activations", "layout"];

/** Operators that go through a sequence step by step, forwards or backwards or both. */
export const recurrentOperators: Readonly<Record<string, Operator>> = {
  RNN: {
    inputs: [3, 6],
    attributes,
    run: (call) =>
      recurrent(
        call,
        { gates: 1, states: 1, activations: ["Tanh"] },
        ({ fromInput, states: [hidden], recurrent: product }) => [
          add(fromInput, product(hidden, 0, 1)).tanh(),
        ],
      ),
  },
  LSTM: {
    inputs: [3, 7],
    attributes: [...attributes, "input_forget"],
    run(call) {
      if (call.flag("input_forget", false)) throw call.refused("input_forget is not supported");
      return recurrent(call, { gates: 4, states: 2, activations: ["Sigmoid", "Tanh", "Tanh"] }, lstmCell);
    },
  },
  GRU: {
    inputs: [3, 6],
    attributes: [...attributes, "linear_before_reset"],
    run(call) {
      const cell = call.flag("linear_before_reset", false) ? gruCellOfTorch : gruCell;
      return recurrent(call, { gates: 3, states: 1, activations: ["Sigmoid", "Tanh"] }, cell);
    },
  },
};

// Gates in the order input, output, forget, new.
function lstmCell({ fromInput, states: [hidden, memory], recurrent: product, gates }: Step): States {
  const [input, output, forget, fresh] = gates(add(fromInput, product(hidden, 0, 4)));
  const next = add(mul(forget.sigmoid(), memory), mul(input.sigmoid(), fresh.tanh()));
  return [mul(output.sigmoid(), next.tanh()), next];
}

// Gates in the order update, reset, new. The reset state goes through the recurrent weights of what is new.
function gruCell({ fromInput, states: [hidden], recurrent: product, gates }: Step): States {
  const [updateX, resetX, freshX] = gates(fromInput);
  const [updateH, resetH] = gates(product(hidden, 0, 2));
  const reset = add(resetX, resetH).sigmoid();
  const fresh = add(freshX, product(mul(reset, hidden), 2, 3)).tanh();
  return mixed(add(updateX, updateH).sigmoid(), fresh, hidden);
}

// The same with the reset after the recurrent weights, as PyTorch has it.
function gruCellOfTorch({ fromInput, states: [hidden], recurrent: product, gates }: Step): States {
  const [updateX, resetX, freshX] = gates(fromInput);
  const [updateH, resetH, freshH] = gates(product(hidden, 0, 3));
  const fresh = add(freshX, mul(add(resetX, resetH).sigmoid(), freshH)).tanh();
  return mixed(add(updateX, updateH).sigmoid(), fresh, hidden);
}

function mixed(update: Tensor, fresh: Tensor, hidden: Tensor): States {
  return [add(fresh, mul(update, sub(hidden, fresh)))];
}

interface Kind {
  readonly gates: number;
  readonly states: number;
  /** The only ones that are supported, for each direction. */
  readonly activations: readonly string[];
}

// Y [T, D, B, H], and each state after the last step, [D, B, H]; with layout 1 the batch comes first in all of them.
function recurrent(call: NodeCall, kind: Kind, cell: Cell): Tensor[] {
  if (call.has(4)) throw call.refused("sequences of different lengths (sequence_lens) are not supported");
  const directions = directionsOf(call, kind);
  const batchFirst = call.flag("layout", false);
  const swapped = (x: Tensor, order: readonly number[]): Tensor => (batchFirst ? permute(x, order) : x);
  const x = swapped(call.tensor(0), [1, 0, 2]);
  const runs = directions.map((backwards, d) => oneDirection(call, kind, cell, x, d, backwards, batchFirst));
  const y = stack(
    runs.map(({ sequence }) => sequence),
    1,
  ); // [T, D, B, H]
  const states = Array.from({ length: kind.states }, (_, s) =>
    swapped(stack(runs.map((run) => run.states[s])), [1, 0, 2]),
  );
  return [swapped(y, [2, 0, 1, 3]), ...states];
}

function directionsOf(call: NodeCall, { activations }: Kind): boolean[] {
  const direction = call.text("direction", "forward");
  const directions = { forward: [false], reverse: [true], bidirectional: [false, true] }[direction];
  if (directions === undefined) throw call.refused(`direction "${direction}"`);
  const given = call.texts("activations");
  const wanted = directions.flatMap(() => activations);
  if (given !== undefined && given.join() !== wanted.join()) {
    throw call.refused(`activations ${given.join(", ")} are not supported; ${wanted.join(", ")} are`);
  }
  return directions;
}

function oneDirection(
  call: NodeCall,
  { gates, states: stateCount }: Kind,
  cell: Cell,
  x: Tensor,
  direction: number,
  backwards: boolean,
  batchFirst: boolean,
): { sequence: Tensor; states: States } {
  const [steps, batch] = x.shape;
  const part = (input: number, axis: number): Tensor => {
    const all = call.tensor(input);
    return reshape(slice(all, axis, direction, direction + 1), all.shape.toSpliced(axis, 1));
  };
  const weight = transpose(part(1, 0)); // [I, G H]
  const recurrentWeight = transpose(part(2, 0)); // [H, G H]
  const [units, width] = recurrentWeight.shape;
  if (width !== gates * units)
    throw call.refused(`recurrent weights [${units}, ${width}] are not those of ${gates} gates`);
  const bias = call.has(3) ? part(3, 0) : call.device.zeros([2 * width], { dtype: x.dtype });
  const recurrentBias = slice(bias, 0, width, 2 * width);
  const inputs = add(matmul(x, weight), slice(bias, 0, 0, width)); // [T, B, G H]
  const parts = new Map<number, readonly [weight: Tensor, bias: Tensor]>();
  const product = (state: Tensor, first: number, last: number): Tensor => {
    const known = parts.get(first) ?? [
      slice(recurrentWeight, 1, first * units, last * units),
      slice(recurrentBias, 0, first * units, last * units),
    ];
    parts.set(first, known);
    return add(matmul(state, known[0]), known[1]);
  };
  const begin = (input: number): Tensor => {
    if (!call.has(input)) return call.device.zeros([batch, units], { dtype: x.dtype });
    const state = part(input, batchFirst ? 1 : 0);
    if (state.shape[0] === batch && state.shape[1] === units) return state;
    throw call.refused(`a first state [${state.shape.join(", ")}] is not [${batch}, ${units}]`);
  };
  let states = Array.from({ length: stateCount }, (_, s) => begin(5 + s)) as unknown as States;
  const hidden: Tensor[] = [];
  for (let step = 0; step < steps; step++) {
    const t = backwards ? steps - 1 - step : step;
    states = cell({
      fromInput: reshape(slice(inputs, 0, t, t + 1), [batch, width]),
      states,
      recurrent: product,
      gates: (all) => all.split(units, 1),
    });
    hidden[t] = states[0];
  }
  return { sequence: stack(hidden), states };
}
