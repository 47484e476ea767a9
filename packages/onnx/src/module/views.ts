import type { NodeOf, TracedValue } from "../export/traced-graph.ts";
import { type Amount, amount, amountOf, type Code, code, isSame, list, product } from "./code.ts";

/** One axis of a view: how far it goes, and how far apart its numbers lie. */
interface Axis {
  readonly extent: Amount;
  readonly step: Amount;
}

const zero: Amount = { times: 0, batches: 0 };
const none: Code = [0];

/** How far apart the numbers of an array lie along each axis of its shape. */
function stepsOf({ shape }: TracedValue): Amount[] {
  return shape.map((_, axis) => product(shape.slice(axis + 1).map(amountOf)));
}

function axesOf(value: TracedValue): Axis[] {
  const steps = stepsOf(value);
  return value.shape.map((extent, axis) => ({ extent: amountOf(extent), step: steps[axis] }));
}

/** A view in as few axes as say it. */
function viewOf(x: TracedValue, axes: readonly Axis[], start: Code = none): Code {
  const merged = mergedAxes(axes);
  const shape = list(merged.map(({ extent }) => amount(extent)));
  const steps = list(merged.map(({ step }) => amount(step)));
  return code`view(${{ value: x, repeats: false }}, ${shape}, ${steps}, ${start})`;
}

function mergedAxes(axes: readonly Axis[]): Axis[] {
  const merged: Axis[] = [];
  for (const axis of axes) {
    if (axis.extent.batches === 0 && axis.extent.times === 1) continue;
    const before = merged.at(-1);
    if (before !== undefined && isSame(before.step, product([axis.step, axis.extent]))) {
      merged[merged.length - 1] = { extent: product([before.extent, axis.extent]), step: axis.step };
    } else merged.push(axis);
  }
  return merged;
}

export function permuted({ inputs: [x], attributes: { order } }: NodeOf<"permute">): Code {
  const axes = axesOf(x);
  return viewOf(
    x,
    order.map((axis) => axes[axis]),
  );
}

export function expanded({ inputs: [x], output }: NodeOf<"expand">): Code {
  const own = axesOf(x);
  const added = output.shape.length - own.length;
  const axes = output.shape.map((extent, axis): Axis => {
    const source = own[axis - added];
    const isStretched = source === undefined || isSame(source.extent, { times: 1, batches: 0 });
    return { extent: amountOf(extent), step: isStretched ? zero : source.step };
  });
  return viewOf(x, axes);
}

export function sliced({ inputs: [x], output, attributes: { axis, start, step } }: NodeOf<"slice">): Code {
  const axes = axesOf(x).map((own, i) =>
    i === axis
      ? { extent: amountOf(output.shape[i]), step: product([own.step, { times: step, batches: 0 }]) }
      : own,
  );
  return viewOf(x, axes, amount(product([axesOf(x)[axis].step, { times: start, batches: 0 }])));
}

export function flipped({ inputs: [x], attributes: { axes: turned } }: NodeOf<"flip">): Code {
  const axes = axesOf(x);
  const starts = turned.map(
    (axis): Code => code`(${amount(axes[axis].extent)} - 1) * ${amount(axes[axis].step)}`,
  );
  const turnedAxes = axes.map((own, axis) =>
    turned.includes(axis) ? { ...own, step: { ...own.step, times: -own.step.times } } : own,
  );
  return viewOf(
    x,
    turnedAxes,
    starts.flatMap((start, i): Code => (i === 0 ? start : [" + ", ...start])),
  );
}

export function padded({ inputs: [x], output, attributes: { padding, value } }: NodeOf<"pad">): Code {
  const steps = stepsOf(output);
  const start = padding.map(
    ([before], axis): Code => amount(product([steps[axis], { times: before, batches: 0 }])),
  );
  const axes = mergedAxes(
    x.shape.map((extent, axis) => ({
      extent: amountOf(extent),
      step: product([steps[axis], { times: 1 + (padding[axis][2] ?? 0), batches: 0 }]),
    })),
  );
  const y = code`new Float32Array(${amount(product(output.shape.map(amountOf)))}).fill(${value})`;
  const shape = list(axes.map(({ extent }) => amount(extent)));
  const places = list(axes.map(({ step }) => amount(step)));
  const first = start.flatMap((part, i): Code => (i === 0 ? part : [" + ", ...part]));
  return code`placed(${{ value: x, repeats: false }}, ${y}, ${shape}, ${places}, ${first})`;
}
