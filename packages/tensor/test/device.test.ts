import { createBackend, createCpuBackend } from "@gradwerk/backend-cpu";
import { createDevice, TensorError } from "@gradwerk/tensor";
import { normal, uniform } from "@gradwerk/tensor/draws";
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

  test("refuses an array that contains itself, as one with too many axes", () => {
    const endless: number[] = [];
    endless.push(endless as never);
    expect(refusalOf(() => device.tensor(endless))).toMatchObject({
      code: "shape",
      message: expect.stringMatching(
        /^tensor: a tensor has at most 8 axes, got 9: \[1, 1, 1, 1, 1, 1, 1, 1, 1\]\./,
      ),
    });
  });

  test("is not changed by what becomes of the caller's shape", () => {
    const shape = [2, 3];
    const made = [
      device.tensor(Array(6).fill(1), { shape }),
      device.zeros(shape),
      device.tensor([1]).expand(shape),
    ];
    const reshaped = made[0].reshape(shape);
    shape[0] = 99;
    for (const tensor of [...made, reshaped]) expect([tensor.shape, tensor.size]).toEqual([[2, 3], 6]);
  });

  test.each([5, "23", null, { length: 2 }])("refuses the shape %s, which is no array", (shape) => {
    for (const [op, call] of Object.entries({
      tensor: () => device.tensor([1, 2], { shape: shape as never }),
      zeros: () => device.zeros(shape as never),
      expand: () => device.ones([1]).expand(shape as never),
      reshape: () => device.ones([1]).reshape(shape as never),
    })) {
      if (op === "tensor" && shape === null) continue;
      expect(refusalOf(call)).toEqual({
        code: "value",
        message: `${op}: the shape must be an array, got ${shape}.`,
      });
    }
  });
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

  test("refuse a dtype that the backend lacks, as do all that make tensors of a dtype", () => {
    const backend = createStrictBackend();
    const dtypes = ["float32", "int32"] as const;
    const lesser = createDevice({ ...backend, capabilities: { ...backend.capabilities, dtypes } });
    const key = lesser.randomKey(1);
    const double = { dtype: "float64" } as const;
    for (const [op, call] of Object.entries({
      zeros: () => lesser.zeros([2], double),
      tensor: () => lesser.tensor(new Float64Array(1)),
      arange: () => lesser.arange(2, double),
      eye: () => lesser.eye(2, double),
      cast: () => lesser.ones([1]).cast("float64"),
      oneHot: () => lesser.arange(2).oneHot(2, double),
      uniform: () => uniform(key, [1], double),
      normal: () => normal(key, [1], double),
    })) {
      expect(refusalOf(call)).toEqual({
        code: "dtype",
        message: `${op}: backend strict has no float64; it has float32, int32.`,
      });
    }
  });

  test("refuse what is no number", () => {
    expect(refusalOf(() => device.full([2], "1" as never))).toEqual({
      code: "value",
      message: "full: float32 does not hold 1. Round it, or choose a float dtype.",
    });
  });
});

describe("device.arange and device.eye", () => {
  test("count up from 0, as int32 unless told otherwise", () => {
    const counted = device.arange(4);
    expect([counted.dtype, counted.shape, valuesOf(counted)]).toEqual(["int32", [4], [0, 1, 2, 3]]);
    expect(device.arange(0).shape).toEqual([0]);
    for (const dtype of ["float32", "float64", "uint8"] as const) {
      expect([device.arange(3, { dtype }).dtype, valuesOf(device.arange(3, { dtype }))]).toEqual([
        dtype,
        [0, 1, 2],
      ]);
    }
    expect(device.arange(2, { name: "places" }).name).toBe("places");
  });

  test("refuse a count that is not whole from 0 up, and numbers that the dtype does not hold", () => {
    for (const count of [-1, 0.5, Number.NaN]) {
      expect(refusalOf(() => device.arange(count))).toEqual({
        code: "shape",
        message: `arange: sizes must be whole numbers from 0 up, got [${count}].`,
      });
      expect(refusalOf(() => device.eye(count)).message).toBe(
        `eye: sizes must be whole numbers from 0 up, got [${count}, ${count}].`,
      );
    }
    expect(refusalOf(() => device.arange(257, { dtype: "uint8" }))).toEqual({
      code: "value",
      message: "arange: uint8 does not hold 256, value 256 of 257. Round it, or choose another dtype.",
    });
  });

  test("put ones on the diagonal, as float32 unless told otherwise", () => {
    expect(nestedOf(device.eye(3))).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect([device.eye(2).dtype, device.eye(1, { dtype: "uint8" }).dtype]).toEqual(["float32", "uint8"]);
    expect(device.eye(0).shape).toEqual([0, 0]);
    expect(device.eye(2, { name: "I" }).name).toBe("I");
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
