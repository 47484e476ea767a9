import { gatherRows, permute, reshape, type Tensor, takeAlong } from "@gradwerk/tensor";
import { taken } from "../known.ts";
import type { NodeCall, Operator } from "../node-call.ts";
import { isKnown, type Known, onDevice, type Value } from "../values.ts";
import { cutTensor } from "./shapes.ts";

/**
 * Operators that pick elements by their numbers. Numbers that are computed from the data count from 0; only those that
 * are known may count from the end.
 */
export const indexingOperators: Readonly<Record<string, Operator>> = {
  Gather: { inputs: [2, 2], attributes: ["axis"], run: gatherOf },
  GatherElements: {
    inputs: [2, 2],
    attributes: ["axis"],
    run(call) {
      const x = call.tensor(0);
      return takeAlong(x, call.tensor(1), call.axis(call.int("axis", 0), x.rank));
    },
  },
};

// The picked axis is replaced by the axes of the indices.
function gatherOf(call: NodeCall): Value {
  const x = call.value(0);
  const axis = call.axis(call.int("axis", 0), x.shape.length);
  const given = call.value(1);
  if (!isKnown(given)) return pickedRows(call.tensor(0), given, axis);
  const indices = fromFront(call, given, x.shape[axis]);
  const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
  const places = Array.from(indices.values);
  if (isKnown(x)) return { ...taken(x, axis, places), shape };
  if (places.length === 1) return reshape(cutTensor(x, axis, places[0], places[0] + 1), shape);
  return pickedRows(x, onDevice(call.device, indices, call.float), axis);
}

// Whole numbers from -extent up, below extent, brought into 0 up.
function fromFront(call: NodeCall, indices: Known, extent: number): Known {
  const values = Array.from(indices.values, (index) => (index < 0 ? index + extent : index));
  const wrong = values.findIndex((index) => !Number.isInteger(index) || index < 0 || index >= extent);
  if (wrong < 0) return { ...indices, values };
  throw call.refused(`index ${indices.values[wrong]} lies outside an axis of ${extent}`);
}

function pickedRows(x: Tensor, indices: Tensor, axis: number): Tensor {
  if (axis === 0) return gatherRows(x, indices);
  const others = x.shape.map((_, a) => a).filter((a) => a !== axis);
  // [axis, ...others] -> [...indices, ...others] -> [...before, ...indices, ...after]
  const rows = gatherRows(permute(x, [axis, ...others]), indices);
  const picked = indices.shape.map((_, a) => a);
  const rest = others.map((_, a) => indices.rank + a);
  return permute(rows, [...rest.slice(0, axis), ...picked, ...rest.slice(axis)]);
}
