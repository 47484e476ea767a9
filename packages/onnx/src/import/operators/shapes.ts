import {
  cast,
  concat,
  expand,
  flip,
  notEqual,
  pad,
  permute,
  reshape,
  sizeOf,
  slice,
  type Tensor,
  tile,
} from "@gradwerk/tensor";
import { type ElementType, elementTypeOf } from "../../format/tensors.ts";
import { broadcastShape, concatenated, elementwise, expanded, reshaped, taken } from "../known.ts";
import type { NodeCall, Operator } from "../node-call.ts";
import { dtypeFor, isKnown, type Known, knownAtMost, knownOf, type Value, wholeNumbers } from "../values.ts";

/** Operators that move elements, or say how many there are. */
export const shapeOperators: Readonly<Record<string, Operator>> = {
  Identity: { run: (call) => call.value(0) },
  // For inference, whatever the rate; a mask of what was dropped is not made.
  Dropout: {
    inputs: [1, 3],
    attributes: ["ratio", "seed", "training_mode"],
    settings: [1, 2],
    run: dropoutOf,
  },
  Constant: {
    inputs: [0, 0],
    attributes: ["value", "value_float", "value_floats", "value_int", "value_ints"],
    run: constantOf,
  },
  ConstantOfShape: { attributes: ["value"], run: filledOf },
  Range: { inputs: [3, 3], settings: [0, 1, 2], run: rangeOf },
  Shape: { attributes: ["start", "end"], run: shapeOf },
  Size: { run: (call) => ({ ...wholeNumbers([sizeOf(call.value(0).shape)]), shape: [] }) },
  Cast: { attributes: ["to", "saturate", "round_mode"], run: castOf },

  Reshape: { inputs: [2, 2], attributes: ["allowzero"], settings: [1], run: reshapeOf },
  Flatten: { attributes: ["axis"], run: flattenOf },
  Squeeze: { inputs: [1, 2], attributes: ["axes"], settings: [1], run: squeezeOf },
  Unsqueeze: { inputs: [1, 2], attributes: ["axes"], settings: [1], run: unsqueezeOf },
  Expand: { inputs: [2, 2], settings: [1], run: expandOf },
  Tile: { inputs: [2, 2], settings: [1], run: (call) => tile(call.tensor(0), call.numbers(1)) },
  Transpose: { attributes: ["perm"], run: transposeOf },
  Concat: { inputs: [1, Number.POSITIVE_INFINITY], attributes: ["axis"], run: concatOf },
  Split: { inputs: [1, 2], attributes: ["axis", "split", "num_outputs"], settings: [1], run: splitOf },
  Slice: { inputs: [1, 5], attributes: ["axes", "ends", "starts"], settings: [1, 2, 3, 4], run: sliceOf },
  Pad: { inputs: [1, 4], attributes: ["mode", "pads", "value"], settings: [1, 2, 3], run: padOf },
};

function dropoutOf(call: NodeCall): Value {
  if (call.node.outputs.length > 1 && call.node.outputs[1] !== "") {
    throw call.refused("the mask of what was dropped is not made");
  }
  return call.value(0);
}

function constantOf(call: NodeCall): Value {
  const tensor = call.tensorAttribute("value");
  if (tensor !== undefined) return knownOf(tensor);
  const float = call.optionalNumber("value_float");
  if (float !== undefined) return { elementType: "float32", shape: [], values: [float] };
  const floats = call.floats("value_floats");
  if (floats !== undefined) return { elementType: "float32", shape: [floats.length], values: floats };
  const ints = call.optionalInts("value_ints");
  if (ints !== undefined) return wholeNumbers(ints);
  return { ...wholeNumbers([call.requiredInt("value_int")]), shape: [] };
}

function filledOf(call: NodeCall): Value {
  const shape = call.numbers(0);
  const value = call.tensorAttribute("value");
  const { elementType, values } =
    value === undefined ? ({ elementType: "float32", values: [0] } as const) : knownOf(value);
  if (values.length !== 1) throw call.refused(`value holds ${values.length} numbers instead of one`);
  if (sizeOf(shape) > knownAtMost) {
    return call.device.full(shape, values[0], { dtype: dtypeFor(elementType, call.float) });
  }
  return { elementType, shape, values: new Float64Array(sizeOf(checkedShape(call, shape))).fill(values[0]) };
}

function rangeOf(call: NodeCall): Value {
  const [start, limit, step] = [0, 1, 2].map((input) => call.numbers(input)[0]);
  const count = Math.max(Math.ceil((limit - start) / step), 0);
  if (!(count <= knownAtMost))
    throw call.refused(`a range of ${count} numbers; at most ${knownAtMost} are made`);
  const values = Float64Array.from({ length: count }, (_, i) => start + i * step);
  return { elementType: call.knownInput(0).elementType, shape: [count], values };
}

function shapeOf(call: NodeCall): Value {
  const { shape } = call.value(0);
  const [start, end] = [call.int("start", 0), call.int("end", shape.length)];
  return wholeNumbers(shape.slice(start, end));
}

function castOf(call: NodeCall): Value {
  const type = elementTypeOf(call.requiredInt("to"), "to");
  const x = call.value(0);
  if (isKnown(x)) return castKnown(x, type);
  if (type === "bool") return notEqual(x, 0);
  const dtype = dtypeFor(type, call.float);
  return x.dtype === dtype ? x : cast(x, dtype);
}

function castKnown(x: Known, type: ElementType): Known {
  if (type === "bool") return elementwise(type, [x], (value) => Number(value !== 0));
  const isFloat = type === "float32" || type === "float64";
  return isFloat ? { ...x, elementType: type } : elementwise(type, [x], Math.trunc);
}

function checkedShape(call: NodeCall, shape: readonly number[]): readonly number[] {
  if (shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0)) return shape;
  throw call.refused(`[${shape.join(", ")}] is no shape`);
}

function underShape(call: NodeCall, x: Value, shape: readonly number[]): Value {
  if (!isKnown(x)) return reshape(x, shape);
  if (sizeOf(x.shape) === sizeOf(shape)) return reshaped(x, shape);
  throw call.refused(`[${x.shape.join(", ")}] does not become [${shape.join(", ")}]`);
}

// 0 takes the extent over, unless zeros are allowed; -1 is worked out.
function reshapeOf(call: NodeCall): Value {
  const x = call.value(0);
  const keepsZeros = call.flag("allowzero", false);
  const shape = call.numbers(1).map((extent, axis) => {
    if (extent !== 0 || keepsZeros) return extent;
    if (axis < x.shape.length) return x.shape[axis];
    throw call.refused(`a shape takes over axis ${axis}, which [${x.shape.join(", ")}] does not have`);
  });
  const open = shape.indexOf(-1);
  if (open < 0) return underShape(call, x, checkedShape(call, shape));
  const others = sizeOf(checkedShape(call, shape.toSpliced(open, 1)));
  return underShape(
    call,
    x,
    checkedShape(call, shape.with(open, others === 0 ? 0 : sizeOf(x.shape) / others)),
  );
}

function flattenOf(call: NodeCall): Value {
  const x = call.tensor(0);
  const given = call.int("axis", 1);
  const axis = given === x.rank ? given : call.axis(given, x.rank);
  return reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
}

function squeezeOf(call: NodeCall): Value {
  const x = call.value(0);
  const axes = call.list("axes", 1)?.map((axis) => call.axis(axis, x.shape.length));
  const shape = x.shape.filter((extent, axis) => (axes === undefined ? extent !== 1 : !axes.includes(axis)));
  return underShape(call, x, shape);
}

function unsqueezeOf(call: NodeCall): Value {
  const x = call.value(0);
  const given = call.list("axes", 1);
  if (given === undefined) throw call.refused("axes are missing");
  const rank = x.shape.length + given.length;
  const axes = new Set(given.map((axis) => call.axis(axis, rank)));
  if (axes.size !== given.length) throw call.refused("axes name an axis twice");
  const rest = x.shape[Symbol.iterator]();
  const shape = Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : Number(rest.next().value)));
  return underShape(call, x, shape);
}

function expandOf(call: NodeCall): Value {
  const x = call.value(0);
  const shape = broadcastShape(x.shape, checkedShape(call, call.numbers(1)));
  return isKnown(x) && sizeOf(shape) <= knownAtMost ? expanded(x, shape) : expand(call.tensor(0), shape);
}

function transposeOf(call: NodeCall): Value {
  const x = call.tensor(0);
  return permute(
    x,
    call.ints(
      "perm",
      x.shape.map((_, axis) => x.rank - 1 - axis),
    ),
  );
}

function concatOf(call: NodeCall): Value {
  const known = call.known();
  const axis = call.axis(call.requiredInt("axis"), call.value(0).shape.length);
  if (known === undefined) return concat(call.tensors(), axis);
  const [{ shape }] = known;
  const fits = known.every(
    (part) => part.shape.length === shape.length && part.shape.every((n, a) => a === axis || n === shape[a]),
  );
  if (!fits) throw call.refused("the shapes of the parts differ");
  return concatenated(known, axis);
}

function splitOf(call: NodeCall): Value[] {
  const x = call.value(0);
  const axis = call.axis(call.int("axis", 0), x.shape.length);
  const extent = x.shape[axis];
  const parts = call.node.outputs.length;
  const even = Math.ceil(extent / parts);
  const sizes =
    call.list("split", 1) ??
    Array.from({ length: parts }, (_, i) => Math.max(Math.min(even, extent - i * even), 0));
  if (sizes.length !== parts) throw call.refused(`${sizes.length} sizes for ${parts} outputs`);
  if (checkedShape(call, sizes).reduce((a, b) => a + b, 0) !== extent) {
    throw call.refused(`parts of ${sizes.join(", ")} do not make up ${extent}`);
  }
  let start = 0;
  return sizes.map((size) => {
    const from = start;
    start += size;
    return cut(x, axis, from, start, 1);
  });
}

/** Elements `start`, `start + step`, ... before `end` along an axis. */
function cut(x: Value, axis: number, start: number, end: number, step: number): Value {
  if (!isKnown(x)) return cutTensor(x, axis, start, end, step);
  const count = Math.ceil((end - start) / step);
  return taken(
    x,
    axis,
    Array.from({ length: count }, (_, i) => start + i * step),
  );
}

/** The same of a tensor: itself where nothing is left out. */
export function cutTensor(x: Tensor, axis: number, start: number, end: number, step: number = 1): Tensor {
  return start === 0 && end === x.shape[axis] && step === 1 ? x : slice(x, axis, start, end, step);
}

function sliceOf(call: NodeCall): Value {
  const starts = call.list("starts", 1);
  const ends = call.list("ends", 2);
  if (starts === undefined || ends === undefined || starts.length !== ends.length) {
    throw call.refused("needs as many starts as ends");
  }
  const axes = call.list("axes", 3) ?? starts.map((_, i) => i);
  const steps = call.has(4) ? call.numbers(4) : starts.map(() => 1);
  return starts.reduce((x: Value, start, i) => {
    const axis = call.axis(axes[i], x.shape.length);
    const extent = x.shape[axis];
    const step = steps[i];
    if (!Number.isInteger(step) || step === 0) throw call.refused(`a step of ${step}`);
    const within = (place: number, low: number, high: number): number =>
      Math.min(Math.max(place < 0 ? place + extent : place, low), high);
    if (step > 0) {
      const from = within(start, 0, extent);
      return cut(x, axis, from, Math.max(within(ends[i], 0, extent), from), step);
    }
    // Backwards: the places counted from the other end.
    const last = extent - 1;
    const from = last - within(start, 0, last);
    const to = Math.max(last - within(ends[i], -1, last), from);
    return extent === 0 ? x : cut(turned(x, axis), axis, from, to, -step);
  }, call.value(0));
}

function turned(x: Value, axis: number): Value {
  if (!isKnown(x)) return flip(x, axis);
  const extent = x.shape[axis];
  return taken(
    x,
    axis,
    Array.from({ length: extent }, (_, i) => extent - 1 - i),
  );
}

function padOf(call: NodeCall): Tensor {
  const x = call.tensor(0);
  const mode = call.text("mode", "constant");
  if (mode !== "constant") throw call.refused(`mode "${mode}" is not supported; "constant" is`);
  const pads = call.list("pads", 1);
  const axes = call.has(3)
    ? call.numbers(3).map((axis) => call.axis(axis, x.rank))
    : x.shape.map((_, axis) => axis);
  if (pads === undefined || pads.length !== 2 * axes.length || !pads.every(Number.isSafeInteger)) {
    throw call.refused("needs a number before and one after each axis");
  }
  const value = call.has(2) ? (call.numbers(2)[0] ?? 0) : call.number("value", 0);
  const sides = x.shape.map((_, axis) => {
    const i = axes.indexOf(axis);
    return i < 0 ? [0, 0] : [pads[i], pads[i + axes.length]];
  });
  // Numbers below 0 cut.
  const shrunk = sides.reduce(
    (y, [before, after], axis) =>
      cutTensor(y, axis, Math.max(-before, 0), y.shape[axis] - Math.max(-after, 0)),
    x,
  );
  if (sides.flat().every((side) => side <= 0)) return shrunk;
  return pad(
    shrunk,
    sides.map(([before, after]) => [Math.max(before, 0), Math.max(after, 0)]),
    value,
  );
}
