import { createBackend, createCpuBackend } from "@gradwerk/backend-cpu";
import { createDevice, TensorError } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { nestedOf, valuesOf } from "./support/layouts.ts";
import { refusalOf } from "./support/refusal.ts";
import { createStrictBackend, strictDevice } from "./support/strict-backend.ts";

const device = strictDevice();

describe("device.tensor", () => {
  test("takes a number, nested arrays and typed arrays", () => {
    expect(device.tensor(5)).toMatchObject({ shape: [], dtype: "float32" });
    expect(
      device.tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toMatchObject({ shape: [2, 3], dtype: "float32", rank: 2, size: 6 });
    expect(device.tensor([[[]], [[]]]).shape).toEqual([2, 1, 0]);
    expect(device.tensor(new Float64Array(6), { shape: [2, 3] })).toMatchObject({
      shape: [2, 3],
      dtype: "float64",
    });
    expect(device.tensor(Uint8Array.of(1, 2)).dtype).toBe("uint8");
    expect(device.tensor(Int32Array.of(1, 2)).dtype).toBe("int32");
    expect(device.tensor(Uint8Array.of(1, 2), { dtype: "float64" }).dtype).toBe("float64");
    expect(nestedOf(device.tensor([1, 2, 3, 4], { shape: [2, 2] }))).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("rounds to the dtype and keeps NaN, infinities and -0", () => {
    expect(valuesOf(device.tensor([0.1, Number.NaN, -0, 1e300]))).toEqual([
      Math.fround(0.1),
      Number.NaN,
      -0,
      Number.POSITIVE_INFINITY,
    ]);
    expect(valuesOf(device.tensor([0.1], { dtype: "float64" }))).toEqual([0.1]);
  });

  test("copies in, and data copies out", async () => {
    const given = Float32Array.of(1, 2);
    const x = device.tensor(given);
    given[0] = 99;
    const taken = await x.data();
    expect(taken).toEqual(Float32Array.of(1, 2));
    taken[1] = 99;
    expect(x.dataSync()).toEqual(Float32Array.of(1, 2));
  });

  test("takes only the part that a typed array shows of its buffer", () => {
    const whole = Float32Array.of(1, 2, 3, 4);
    expect(valuesOf(device.tensor(whole.subarray(1, 3)))).toEqual([2, 3]);
  });

  test.each([
    [[[1, 2], [3]], "element [1] has 1 values where [2, 2] needs 2 values"],
    [[[1, 2], 3], "element [1] has a number where [2, 2] needs 2 values"],
    [[1, [2]], "element [1] has 1 values where [2] needs a number"],
    [
      [
        [[1], [2]],
        [[3], [4, 5]],
      ],
      "element [1][1] has 2 values where [2, 2, 1] needs 1 values",
    ],
  ])("refuses rows of unequal length: %j", (values, message) => {
    const refusal = refusalOf(() => device.tensor(values));
    expect(refusal.code).toBe("shape");
    expect(refusal.message).toBe(`tensor: ${message}. Make all rows equally long.`);
  });

  test("refuses values that do not fill the shape, before it takes memory", () => {
    const before = device.memory();
    expect(refusalOf(() => device.tensor([1, 2, 3], { shape: [2, 2] }))).toEqual({
      code: "shape",
      message: "tensor: 3 values do not fill [2, 2], which holds 4.",
    });
    expect(refusalOf(() => device.tensor([1], { shape: [-1] })).message).toContain(
      "sizes must be whole numbers",
    );
    expect(refusalOf(() => device.tensor([[[[[[[[[1]]]]]]]]])).message).toContain("at most 8 axes, got 9");
    expect(device.memory()).toEqual(before);
  });

  test.each([
    ["null", [null]],
    ["undefined", [undefined]],
    ["an object", [{}]],
    ["a truth value", [true]],
    ["text", ["12", "34"]],
  ])("refuses %s among the numbers, as JavaScript may pass", (_, values) => {
    expect(refusalOf(() => device.tensor(values as unknown as number[])).message).toContain("tensor: ");
  });

  test.each([Uint16Array.of(300), Int8Array.of(-1), BigInt64Array.of(1n), new DataView(new ArrayBuffer(4))])(
    "refuses an array of a type that no dtype has: %o",
    (values) => {
      const { code, message } = refusalOf(() => device.tensor(values as unknown as Float32Array));
      expect(code).toBe("dtype");
      expect(message).toContain("tensor: ");
    },
  );
});

describe("device.tensor of integers", () => {
  test.each([
    ["uint8", [1, 300], "300, value 1 of 2"],
    ["uint8", [-1], "-1, value 0 of 1"],
    ["int32", [2 ** 31], "2147483648, value 0 of 1"],
    ["int32", [0.5], "0.5, value 0 of 1"],
    ["int32", [Number.NaN], "NaN, value 0 of 1"],
  ] as const)("refuses for %s what it does not hold: %j", (dtype, values, message) => {
    const before = device.memory().buffers;
    const refusal = refusalOf(() => device.tensor([...values], { dtype }));
    expect(refusal).toEqual({
      code: "value",
      message: expect.stringContaining(`tensor: ${dtype} does not hold ${message}`),
    });
    expect(device.memory().buffers).toBe(before);
  });
});

describe("device.zeros, ones and full", () => {
  test("fill a shape", () => {
    expect(nestedOf(device.zeros([2, 2]))).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(nestedOf(device.ones([3], { dtype: "uint8" }))).toEqual([1, 1, 1]);
    expect(nestedOf(device.full([], Number.NaN))).toBeNaN();
    expect(device.full([0, 2], 7, { dtype: "int32" }).dtype).toBe("int32");
  });

  test.each([
    ["int32", 1.5],
    ["int32", 2 ** 31],
    ["uint8", 256],
    ["uint8", -1],
    ["int32", Number.NaN],
  ] as const)("refuse for %s the number %d, which it does not hold", (dtype, value) => {
    const { code, message } = refusalOf(() => device.full([2], value, { dtype }));
    expect(code).toBe("value");
    expect(message).toContain(`full: ${dtype}`);
  });

  test("refuse a dtype that the backend lacks", () => {
    const backend = createStrictBackend();
    const lesser = createDevice({
      ...backend,
      capabilities: { ...backend.capabilities, dtypes: ["float32"] },
    });
    const { code, message } = refusalOf(() => lesser.zeros([2], { dtype: "float64" }));
    expect([code, message]).toEqual(["dtype", "zeros: backend strict has no float64; it has float32."]);
  });
});

describe("reading a tensor", () => {
  test("item gives the one number, of any shape", async () => {
    expect(await device.tensor([[3]]).item()).toBe(3);
    expect(await device.tensor([3, 4]).slice(0, 1, 2).item()).toBe(4);
  });

  test.each([[[2]], [[0]], [[1, 3]]])("item refuses shape %j", async (shape) => {
    await expect(device.zeros(shape).item()).rejects.toThrow(
      `item: needs a tensor with one element, got [${shape.join(", ")}]. Use data(), or reduce it first.`,
    );
  });

  test("data of a view gives its elements in order and leaves no copy behind", async () => {
    const fresh = strictDevice();
    const x = fresh
      .tensor([
        [1, 2],
        [3, 4],
      ])
      .transpose();
    expect(await x.data()).toEqual(Float32Array.of(1, 3, 2, 4));
    expect(x.dataSync()).toEqual(Float32Array.of(1, 3, 2, 4));
    expect(fresh.memory().buffers).toBe(1);
  });

  test("data that was asked for before the tensor is disposed still comes", async () => {
    const x = device.tensor([1, 2]);
    const reading = x.data();
    x.dispose();
    expect(await reading).toEqual(Float32Array.of(1, 2));
  });

  test("dataSync is refused where the backend cannot, with what to do instead", async () => {
    const slow = strictDevice({ readsAtOnce: false });
    const x = slow.tensor([1]);
    expect(refusalOf(() => x.dataSync())).toEqual({
      code: "backend",
      message: "dataSync: backend strict cannot read at once. Use await x.data().",
    });
    expect(await x.data()).toEqual(Float32Array.of(1));
  });
});

test("a tensor shows as its name or a running number, its shape and its dtype; views carry the name", () => {
  const fresh = strictDevice();
  expect(String(fresh.zeros([2, 3]))).toBe("tensor #1 [2, 3] float32");
  const named = fresh.zeros([2], { name: "W0", dtype: "float64" });
  expect(String(named)).toBe('tensor "W0" [2] float64');
  expect(named.reshape([1, 2]).name).toBe("W0");
  expect(named.neg().name).toBeUndefined();
});

test("an error of this package has a class, a name and a code", () => {
  const error = new TensorError("shape", "text");
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message, String(error)]).toEqual([
    "TensorError",
    "shape",
    "text",
    "TensorError: text",
  ]);
});

test("a device takes the reference backend as any other, by either of its names", async () => {
  for (const backend of [createCpuBackend(), await createBackend({ threads: 4 })]) {
    const cpu = createDevice(backend);
    expect(await cpu.tensor([1, 2]).sum().item()).toBe(3);
    await cpu.dispose();
  }
});
