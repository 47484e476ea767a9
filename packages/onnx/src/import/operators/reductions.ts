import {
  abs,
  argmax,
  argmin,
  cumsum,
  log,
  logsumexp,
  max,
  mean,
  min,
  prod,
  type ReduceOptions,
  reshape,
  sqrt,
  square,
  sum,
  type Tensor,
} from "@gradwerk/tensor";
import { reshaped } from "../known.ts";
import type { NodeCall, Operator } from "../node-call.ts";
import type { Value } from "../values.ts";

/** Operators that bring the elements along axes together. */
export const reductionOperators: Readonly<Record<string, Operator>> = {
  ReduceSum: reduction(sum, (numbers) => numbers.reduce((a, b) => a + b, 0), 13),
  ReduceMean: reduction(mean),
  ReduceMax: reduction(max, (numbers) => Math.max(...numbers)),
  ReduceMin: reduction(min, (numbers) => Math.min(...numbers)),
  ReduceProd: reduction(prod, (numbers) => numbers.reduce((a, b) => a * b, 1)),
  ReduceL1: reduction((x, options) => sum(abs(x), options)),
  ReduceL2: reduction((x, options) => sqrt(sum(square(x), options))),
  ReduceSumSquare: reduction((x, options) => sum(square(x), options)),
  ReduceLogSum: reduction((x, options) => log(sum(x, options))),
  ReduceLogSumExp: reduction(logsumexp),
  ArgMax: position(argmax),
  ArgMin: position(argmin),
  CumSum: { inputs: [2, 2], attributes: ["exclusive", "reverse"], settings: [1], run: cumulative },
};

// Axes are an attribute of old versions, and an input from some version on.
function reduction(
  op: (x: Tensor, options: ReduceOptions) => Tensor,
  plain?: (numbers: readonly number[]) => number,
  axesAreInputSince = 18,
): Operator {
  return {
    inputs: [1, 2],
    attributes: ["axes", "keepdims", "noop_with_empty_axes"],
    settings: [1],
    run(call) {
      const x = call.value(0);
      const given = call.opset < axesAreInputSince ? call.optionalInts("axes") : call.list("axes", 1);
      const keepDims = call.flag("keepdims", true);
      const all = given === undefined || given.length === 0;
      if (all && call.flag("noop_with_empty_axes", false)) return x;
      const known = call.known()?.[0];
      if (known !== undefined && plain !== undefined && known.shape.length === 1) {
        if (given?.some((axis) => call.axis(axis, 1) !== 0)) throw call.refused("axes name an axis twice");
        return reshaped(
          { elementType: known.elementType, shape: [], values: [plain(Array.from(known.values))] },
          keepDims ? [1] : [],
        );
      }
      const tensor = call.tensor(0);
      const axes = all ? tensor.shape.map((_, axis) => axis) : given;
      return op(tensor, { axes: axes.map((axis) => call.axis(axis, tensor.rank)), keepDims });
    },
  };
}

function position(op: (x: Tensor, axis: number) => Tensor): Operator {
  return {
    attributes: ["axis", "keepdims", "select_last_index"],
    run(call) {
      if (call.flag("select_last_index", false)) throw call.refused("select_last_index is not supported");
      const x = call.tensor(0);
      const axis = call.axis(call.int("axis", 0), x.rank);
      const places = op(x, axis);
      return call.flag("keepdims", true) ? reshape(places, x.shape.with(axis, 1)) : places;
    },
  };
}

function cumulative(call: NodeCall): Value {
  if (call.flag("exclusive", false) || call.flag("reverse", false)) {
    throw call.refused("exclusive and reverse sums are not supported");
  }
  const x = call.tensor(0);
  return cumsum(x, call.axis(call.numbers(1)[0], x.rank));
}
