import { type DType, type KernelSignatures, maximumRank, type View } from "@gradwerk/tensor/backend";

/** One kernel call, whatever its kernel. */
export interface Call {
  readonly kernel: keyof KernelSignatures;
  readonly out: readonly View[];
  readonly inputs: readonly View[];
  readonly attributes: object;
}

/** Kernels whose views all have one shape. */
const elementwise: ReadonlySet<string> = new Set([
  "fill",
  "copy",
  "cast",
  "unary",
  "binary",
  "compare",
  "where",
]);
const floats: readonly DType[] = ["float32", "float64"];

/** The first thing in a kernel call that the contract in `backend.ts` rules out, or `undefined`. */
export function findBreach(call: Call): string | undefined {
  const [out] = call.out;
  const views = [out, ...call.inputs];
  for (const view of views) {
    if (view.shape.length > maximumRank) return `a view has ${view.shape.length} axes`;
    if (view.shape.length !== view.strides.length) return "a view has as many strides as axes";
    const elements = positions(view);
    if (elements.some((position) => !(position >= 0 && position < view.buffer.length))) {
      return "a view reaches beyond its buffer";
    }
  }
  if (elementwise.has(call.kernel) && views.some((view) => String(view.shape) !== String(out.shape))) {
    return `shapes differ: ${views.map((view) => `[${view.shape}]`).join(" ")}`;
  }
  if (call.kernel === "fill" || call.kernel === "copy") {
    if (new Set(positions(out)).size < positions(out).length) return "out repeats elements";
  } else if (!isRowMajor(out)) {
    return `out is not contiguous: [${out.shape}] with strides [${out.strides}]`;
  }
  const written = new Set(positions(out));
  for (const input of call.inputs) {
    const isSameView = input.offset === out.offset && String(input.strides) === String(out.strides);
    if (input.buffer !== out.buffer || (elementwise.has(call.kernel) && isSameView)) continue;
    if (positions(input).some((position) => written.has(position))) return "out overlaps an input";
  }
  return findWrongDType(call) ?? findWrongForm(call);
}

/** Where each element of a view lies in its buffer, in row-major order. */
export function positions(view: View): number[] {
  if (view.shape.includes(0)) return [];
  let found = [view.offset];
  for (const [axis, extent] of view.shape.entries()) {
    const steps = Array.from({ length: extent }, (_, i) => i * view.strides[axis]);
    found = found.flatMap((position) => steps.map((step) => position + step));
  }
  return found;
}

/** Whether a view is contiguous: row-major, without gaps. */
export function isRowMajor(view: View): boolean {
  return positions(view).every((position, i) => position === view.offset + i);
}

function findWrongDType({ kernel, out, inputs, attributes }: Call): string | undefined {
  const types = [...out, ...inputs].map((view) => view.buffer.dtype);
  const op = "op" in attributes ? String(attributes.op) : "";
  const allowed: boolean = {
    fill: () => "value" in attributes && isHeld(Number(attributes.value), types[0]),
    copy: () => types[0] === types[1],
    cast: () => types[0] !== types[1],
    unary: () =>
      types[0] === types[1] &&
      (floats.includes(types[0]) || (types[0] === "int32" && ["neg", "abs", "sign"].includes(op))),
    binary: () => {
      if (new Set(types).size > 1) return false;
      if (op === "xor" || op === "shiftRight" || op === "mulHigh") return types[0] === "int32";
      return floats.includes(types[0]) || (op !== "div" && op !== "pow");
    },
    compare: () => types[0] === "uint8" && types[1] === types[2],
    where: () => types[1] === "uint8" && types[2] === types[3] && types[0] === types[2],
    reduce: () => types[0] === types[1],
    argReduce: () => types[0] === "int32",
    matmul: () => new Set(types).size === 1 && floats.includes(types[0]),
    gatherRows: () => types[0] === types[1] && types[2] === "int32",
    scatterAddRows: () => types[0] === types[2] && types[1] === "int32" && types[0] !== "uint8",
  }[kernel]();
  return allowed ? undefined : `dtypes [${types}] with ${Object.entries(attributes).join(" ")}`;
}

// A float is held when rounding it to the dtype is all that storing it does.
function isHeld(value: number, dtype: DType): boolean {
  if (floats.includes(dtype)) return true;
  return value === (dtype === "int32" ? value | 0 : value & 0xff);
}

function findWrongForm({ kernel, out: [out], inputs, attributes }: Call): string | undefined {
  const [first, second] = inputs;
  const described = `${kernel} of ${inputs.map((view) => `[${view.shape}]`).join(" ")} into [${out.shape}]`;
  if (kernel === "reduce" || kernel === "argReduce") {
    const [outer, axis, inner] = first.shape;
    if (first.shape.length !== 3 || String(out.shape) !== String([outer, inner])) return described;
    const choosesOne =
      kernel === "argReduce" || ["max", "min"].includes(String(Reflect.get(attributes, "op")));
    if (choosesOne && axis === 0) return "nothing to choose from";
  }
  if (kernel === "matmul") {
    const [batch, m, n] = out.shape;
    const [transposeA, transposeB] = [
      Reflect.get(attributes, "transposeA"),
      Reflect.get(attributes, "transposeB"),
    ];
    const k = first.shape[transposeA ? 1 : 2];
    if (String(first.shape) !== String(transposeA ? [batch, k, m] : [batch, m, k])) return described;
    if (String(second.shape) !== String(transposeB ? [batch, n, k] : [batch, k, n])) return described;
    for (const { shape, strides } of inputs) {
      if (strides[2] !== 1 || strides[1] < shape[2]) return `rows of [${shape}] with strides [${strides}]`;
    }
  }
  if (kernel === "gatherRows") {
    const [count, width] = out.shape;
    if (first.shape[1] !== width || String(second.shape) !== String([count])) return described;
    const hasEvenRows = width <= 1 || first.strides[1] === 1;
    if (!hasEvenRows || !isRowMajor(second)) return "rows of the table or the indices are not contiguous";
  }
  if (kernel === "scatterAddRows") {
    const [count] = first.shape;
    if (String(second.shape) !== String([count, out.shape[1]])) return described;
    if (!isRowMajor(first) || !isRowMajor(second)) return "indices or rows are not contiguous";
  }
  return undefined;
}
