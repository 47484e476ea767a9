import { createDevice, type Device, formatShape, Tensor, TensorError } from "@gradwerk/tensor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkShape } from "../../src/core/shape.ts";
import { everyOp } from "../support/every-op.ts";
import { opNames } from "../support/op-examples.ts";
import { tensorsOf } from "../support/results.ts";
import { createStrictBackend, strictDevice } from "../support/strict-backend.ts";
import { validArguments } from "../support/valid-arguments.ts";

/** What a device may answer to a size that it has no room for. */
class MemoryExhausted extends Error {}

const strict = createStrictBackend();
const device = createDevice(
  {
    ...strict,
    alloc(dtype, length) {
      if (length > 100_000) throw new MemoryExhausted(`${length} elements`);
      return strict.alloc(dtype, length);
    },
  },
  { pooling: false },
);
const elsewhere = strictDevice();

/** Makes something that does not belong where it is put; tensors are made anew for each call. */
type Nonsense = (device: Device) => unknown;
const plain = (value: unknown): Nonsense =>
  Object.assign(() => value, { [fc.toStringMethod]: () => fc.stringify(value) });

const numbers = [0, -0, -1, 1, 2, 3, 7, 0.5, -2.5, 300, 2 ** 31, -(2 ** 31), 2 ** 40, 2 ** 53, 1e308];
const oddities = [Number.NaN, Infinity, -Infinity, "", "0", "text", "float32", true, null, 1n, () => 1, {}];
const extent = fc.constantFrom(0, 1, 2, 3, 5, 300, 65536, 2 ** 31, -1, 0.5, Number.NaN);
const tensorShape = fc.array(fc.constantFrom(0, 1, 2, 3), { maxLength: 5 });
const dtype = fc.constantFrom("float32", "float64", "int32", "uint8");

const nonsense: fc.Arbitrary<Nonsense> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...numbers).map(plain) },
  { weight: 3, arbitrary: fc.constantFrom<unknown[]>(...oddities).map(plain) },
  { weight: 3, arbitrary: fc.array(extent, { maxLength: 9 }).map(plain) },
  { weight: 1, arbitrary: fc.array(fc.array(extent, { maxLength: 4 }), { maxLength: 5 }).map(plain) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown[]>([null], ["1"], [[]], new Int8Array(2), { length: 2 }).map(plain),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(tensorShape, dtype, fc.constantFrom(0, 1, 2, 5)).map(
      ([shape, type, value]): Nonsense =>
        (on) =>
          on.full(shape, value, { dtype: type }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Nonsense>((on) => {
      const freed = on.ones([2, 2]);
      freed.dispose();
      return freed;
    }),
  },
  { weight: 1, arbitrary: fc.constant<Nonsense>(() => elsewhere.ones([2, 2])) },
  // A tensor of more elements than this device has room for, all of them one.
  { weight: 1, arbitrary: fc.constant<Nonsense>((on) => on.ones([1, 1]).expand([1000, 200])) },
);

/** Every place in a list of arguments: arguments, options, and elements of lists. */
function pathsIn(value: unknown): (string | number)[][] {
  if (typeof value !== "object" || value === null || value instanceof Tensor || ArrayBuffer.isView(value))
    return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [name],
    ...pathsIn(inner).map((path) => [name, ...path]),
  ]);
}

/**
 * Whether a value may stand in the place of another. JavaScript itself complains of null where an object of options
 * is taken apart, and of what is called but no function: both say what is wrong.
 */
function isFair(old: unknown, value: unknown): boolean {
  const isOptions = typeof old === "object" && !Array.isArray(old) && !(old instanceof Tensor);
  return typeof old !== "function" && !(isOptions && value === null);
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((inner, name) => Reflect.get(Object(inner), name), value);
}

/** The same arguments with another value in one place. */
function replaced(value: unknown, [name, ...path]: readonly (string | number)[], by: unknown): unknown {
  const inner = path.length === 0 ? by : replaced(Reflect.get(Object(value), name), path, by);
  if (Array.isArray(value)) return value.with(Number(name), inner);
  return { ...Object(value), [name]: inner };
}

const codes = new Set(
  "shape axis dtype value index size-overflow device-mismatch use-after-free scope backend random-seed random-range".split(
    " ",
  ),
);

/** Complains of an answer that is neither a refusal by name nor tensors that can be read. */
function judge(op: string, call: () => unknown): void {
  let results: Tensor[];
  try {
    results = tensorsOf(call());
  } catch (error) {
    if (error instanceof MemoryExhausted) return;
    if (!(error instanceof TensorError)) throw error;
    expect(codes).toContain(error.code);
    expect(error.message.startsWith(`${op}: `) ? op : error.message).toBe(op);
    return;
  }
  for (const result of results) {
    checkShape("result", result.shape);
    // An unnamed number would show up here.
    expect(formatShape(result.shape)).toMatch(/^\[(\d+(, \d+)*)?\]$/);
    if (result.size < 100_000) expect(result.dataSync()).toHaveLength(result.size);
  }
}

describe("nonsense", () => {
  test.each(Object.keys(validArguments))(
    "is answered by %s with a refusal by name or a well-formed result",
    (name) => {
      const [op] = name.split(" ");
      const owner = opNames.includes(op) ? everyOp : device;
      const call = (given: readonly unknown[]): unknown =>
        Reflect.apply(Reflect.get(owner, op), device, given);
      const before = device.memory();
      fc.assert(
        fc.property(fc.array(fc.tuple(fc.nat(), nonsense), { minLength: 0, maxLength: 3 }), (changes) => {
          device.scope(() => {
            const valid: unknown = validArguments[name](device);
            let given = valid;
            for (const [choice, make] of changes) {
              const paths = pathsIn(given);
              const path = paths[choice % Math.max(paths.length, 1)] ?? [];
              const value = make(device);
              const isAllowed = [valid, given].every((list) => isFair(valueAt(list, path), value));
              if (path.length > 0 && isAllowed) given = replaced(given, path, value);
            }
            judge(op, () => call(given as unknown[]));
          });
          expect(device.memory()).toEqual(before);
        }),
        { numRuns: 150 },
      );
    },
  );

  test("is tried on every op that checks what it gets", () => {
    const unchecked = opNames.filter((name) => !(name in validArguments));
    expect(unchecked.sort()).toEqual([
      "batchNormGradients",
      "conv2dWeightGradient",
      "layerNormGradients",
      "linearGradients",
      "pool2dGradient",
      "softmaxCrossEntropyGradient",
    ]);
  });
});
