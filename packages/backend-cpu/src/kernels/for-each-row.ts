import type { View } from "@gradwerk/tensor/backend";

/**
 * Walks views of equal shape in step, one innermost row at a time, in row-major order. `visit` gets the number of
 * elements in the row and, for each view, the position of the row's first element in its array and the distance to
 * the next: element n of view v is at `starts[v] + n * steps[v]`.
 */
export function forEachRow(
  views: readonly View[],
  visit: (count: number, starts: readonly number[], steps: readonly number[]) => void,
): void {
  const { shape } = views[0];
  if (shape.includes(0)) return;
  const last = shape.length - 1;
  const count = shape[last] ?? 1;
  const steps = views.map((view) => view.strides[last] ?? 0);
  const starts = views.map((view) => view.offset);
  const index = new Array<number>(Math.max(last, 0)).fill(0);
  for (;;) {
    visit(count, starts, steps);
    // Count up like an odometer: the last axis but one turns fastest.
    let axis = last - 1;
    while (axis >= 0 && ++index[axis] === shape[axis]) {
      for (const [v, view] of views.entries()) starts[v] -= (shape[axis] - 1) * view.strides[axis];
      index[axis--] = 0;
    }
    if (axis < 0) return;
    for (const [v, view] of views.entries()) starts[v] += view.strides[axis];
  }
}
