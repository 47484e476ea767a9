import type { WasmView } from "../code.ts";

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i];
  return size;
}

/** Whether a view's elements follow one another, and whether it is one element for all. */
export function isDirect({ shape, strides }: WasmView): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    if (strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

export function isConstant({ shape, strides }: WasmView): boolean {
  for (let axis = 0; axis < shape.length; axis++) if (shape[axis] !== 1 && strides[axis] !== 0) return false;
  return true;
}

/** Axes with the strides of several views along them. */
export interface Axes {
  readonly sizes: number[];
  /** One list for each view. */
  readonly strides: number[][];
}

/** The fewest axes that describe these views, the last the innermost: those of one element go, those that follow on one another become one. */
export function fewestAxes(shape: readonly number[], views: readonly WasmView[]): Axes {
  const sizes: number[] = [];
  const strides: number[][] = views.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis];
    if (size === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && views.every((view, i) => strides[i][last] === view.strides[axis] * size)) {
      sizes[last] *= size;
      for (let i = 0; i < views.length; i++) strides[i][last] = views[i].strides[axis];
    } else {
      sizes.push(size);
      for (let i = 0; i < views.length; i++) strides[i].push(views[i].strides[axis]);
    }
  }
  if (sizes.length === 0) {
    sizes.push(1);
    for (const list of strides) list.push(1);
  }
  return { sizes, strides };
}

/** How many bytes lie between the first and the last element of a view, and where the first byte is, from its own place. */
export function extentOf({ buffer, shape, strides }: WasmView): {
  readonly from: number;
  readonly bytes: number;
} {
  let low = 0;
  let high = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const reach = (shape[axis] - 1) * strides[axis];
    if (reach < 0) low += reach;
    else high += reach;
  }
  const size = 2 ** buffer.shift;
  return { from: low * size, bytes: (high - low + 1) * size };
}
