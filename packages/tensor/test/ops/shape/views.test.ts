import { describe, expect, test } from "vitest";
import { nestedOf } from "../../support/layouts.ts";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const x = device.tensor([
  [1, 2, 3],
  [4, 5, 6],
]);

describe("permute", () => {
  test("puts the axes into the order given, also counted from the end", () => {
    const cube = x.reshape([1, 2, 3]);
    expect(cube.permute([2, 0, 1]).shape).toEqual([3, 1, 2]);
    expect(nestedOf(cube.permute([-1, 0, -2]))).toEqual([[[1, 4]], [[2, 5]], [[3, 6]]]);
    expect(nestedOf(device.tensor(5).permute([]))).toBe(5);
  });

  test.each([[[0]], [[0, 0]], [[0, 1, 1]], [[1, -1]]])("refuses the order %j of two axes", (order) => {
    expect(refusalOf(() => x.permute(order))).toEqual({
      code: "axis",
      message: `permute: [${order.join(", ")}] does not name each of the 2 axes of [2, 3] once. Give an order such as [1, 0].`,
    });
  });
});

describe("transpose", () => {
  test("swaps the last two axes, or the two that are named", () => {
    expect(nestedOf(x.transpose())).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(device.zeros([2, 3, 4]).transpose().shape).toEqual([2, 4, 3]);
    expect(device.zeros([2, 3, 4]).transpose(0, -1).shape).toEqual([4, 3, 2]);
    expect(device.zeros([2, 3]).transpose(1, 1).shape).toEqual([2, 3]);
  });

  test("refuses a tensor with fewer than two axes under its own name", () => {
    const { code, message } = refusalOf(() => device.zeros([3]).transpose());
    expect(code).toBe("axis");
    expect(message).toBe("transpose: [3] has no axis -2: the axes are -1 to 0.");
  });
});

describe("expand", () => {
  test("repeats axes of size 1 and adds leading axes", () => {
    expect(nestedOf(device.tensor([[1], [2]]).expand([2, 2, 2]))).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ]);
    expect(nestedOf(device.tensor(7).expand([3]))).toEqual([7, 7, 7]);
    expect(device.zeros([1, 2]).expand([0, 2]).shape).toEqual([0, 2]);
  });

  test("refuses to shrink and to stretch what is not 1", () => {
    const smaller = refusalOf(() => x.expand([1, 3]));
    expect(smaller.code).toBe("shape");
    expect(smaller.message).toContain("expand: [2, 3] does not stretch to [1, 3]");
    expect(refusalOf(() => x.expand([3])).message).toContain("[2, 3] does not stretch to [3]");
    expect(refusalOf(() => x.expand([4, 3])).message).toContain("[2, 3] and [4, 3] do not broadcast");
    expect(refusalOf(() => x.expand([-1, 3])).message).toContain("sizes must be whole numbers");
  });
});

describe("slice", () => {
  test("takes a part along any axis, nothing included", () => {
    expect(nestedOf(x.slice(1, 1, 3))).toEqual([
      [2, 3],
      [5, 6],
    ]);
    expect(nestedOf(x.slice(-2, 1, 2))).toEqual([[4, 5, 6]]);
    expect(x.slice(0, 2, 2).shape).toEqual([0, 3]);
    expect(nestedOf(x.slice(0, 2, 2).slice(1, 3, 3))).toEqual([]);
  });

  test.each([
    [-1, 1],
    [2, 1],
    [0, 3],
    [0.5, 1],
    [0, Number.NaN],
  ])("refuses %s to %s of two", (start, end) => {
    expect(refusalOf(() => x.slice(0, start, end))).toEqual({
      code: "value",
      message:
        `slice: ${start}:${end} is not within axis 0 of [2, 3], which has 2 elements. ` +
        "Give whole numbers with 0 <= start <= end <= 2.",
    });
  });

  test("refuses an axis that is not there", () => {
    expect(refusalOf(() => x.slice(2, 0, 1)).code).toBe("axis");
  });
});

describe("reshape", () => {
  test("works out the one size that is -1", () => {
    expect(x.reshape([-1]).shape).toEqual([6]);
    expect(x.reshape([3, -1]).shape).toEqual([3, 2]);
    expect(x.reshape([6, -1]).shape).toEqual([6, 1]);
    expect(device.zeros([0, 4]).reshape([-1, 2]).shape).toEqual([0, 2]);
    expect(device.tensor(5).reshape([-1, 1]).shape).toEqual([1, 1]);
  });

  test.each([[[4]], [[-2, -3]], [[4, -1]], [[1.5, 4]], [[0, -1]], [[]]])(
    "refuses %j for six elements",
    (shape) => {
      const { code, message } = refusalOf(() => x.reshape(shape));
      expect(code).toBe("shape");
      expect(message).toBe(
        `reshape: [2, 3] holds 6 elements, which do not fill [${shape.join(", ")}]. Give sizes whose product is 6; one of them may be -1.`,
      );
    },
  );

  test("refuses two open sizes and says so", () => {
    expect(refusalOf(() => x.reshape([-1, -1])).message).toContain("one of them may be -1");
  });

  test("refuses more than eight axes", () => {
    expect(refusalOf(() => x.reshape([1, 1, 1, 1, 1, 1, 1, 2, 3])).message).toContain("at most 8 axes");
  });
});
