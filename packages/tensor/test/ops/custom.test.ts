import { custom, type OpRecord, type Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { valuesOf } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal.ts";
import { strictDevice } from "../support/strict-backend.ts";

const device = strictDevice();
const none = (): undefined[] => [undefined];

describe("custom", () => {
  test("gives what its function computes, and frees what that took", () => {
    const x = device.tensor([1, 2]);
    const before = device.memory().buffers;
    const y = custom([x], () => x.mul(3).add(1).square(), none);
    expect(valuesOf(y)).toEqual([16, 49]);
    expect(device.memory().buffers).toBe(before + 1);
  });

  test("is one op to a recorder, which learns the way back but none of the parts", () => {
    const [x, y] = [device.ones([2]), device.ones([2])];
    const entries: OpRecord[] = [];
    const backward = (g: Tensor): Tensor[] => [g, g];
    const z = device.recordWith({ record: (entry) => entries.push(entry) }, () =>
      custom([x, y], () => x.exp().add(y), backward),
    );
    expect(entries).toEqual([{ op: "custom", inputs: [x, y], output: z, attributes: { backward } }]);
  });

  test("records again once its function is done or has failed", () => {
    const seen: string[] = [];
    const recorder = { record: ({ op }: OpRecord): unknown => seen.push(op) };
    device.recordWith(recorder, () => {
      const x = device.ones([1]);
      const failing = (): Tensor => {
        throw new RangeError("boom");
      };
      expect(() => custom([x], failing, none)).toThrow("boom");
      expect(device.recording).toBe(true);
      x.neg();
    });
    expect(seen).toEqual(["neg"]);
  });

  test("lets its function change tensors in place: nothing inside is recorded", () => {
    const x = device.ones([1]);
    const flags: boolean[] = [];
    device.recordWith({ record: () => {} }, () =>
      custom(
        [x],
        () => {
          flags.push(device.recording);
          return x.neg();
        },
        none,
      ),
    );
    expect(flags).toEqual([false]);
  });

  test("refuses no inputs, and what is no list of them", () => {
    expect(refusalOf(() => custom([], () => device.ones([1]), none))).toEqual({
      code: "value",
      message: "custom: needs at least one input, got none.",
    });
    expect(refusalOf(() => custom(device.ones([1]) as never, () => device.ones([1]), none)).message).toMatch(
      /^custom: the inputs must be an array, got tensor #\d+ \[1\] float32\.$/,
    );
  });

  test("refuses a result that is one of its inputs: a tape could not tell them apart", () => {
    const x = device.ones([2]);
    expect(refusalOf(() => custom([x], () => x, none))).toEqual({
      code: "value",
      message:
        "custom: the result is one of the inputs. Return a tensor of its own, such as x.reshape(x.shape).",
    });
    expect(valuesOf(custom([x], () => x.reshape(x.shape), none))).toEqual([1, 1]);
  });

  test("refuses a result that is no tensor, or one of another device", () => {
    const x = device.ones([2]);
    expect(refusalOf(() => custom([x], () => 5 as never, none))).toEqual({
      code: "value",
      message: "custom: needs a tensor, got 5. Make one with device.tensor(values).",
    });
    const elsewhere = strictDevice();
    expect(refusalOf(() => custom([x], () => elsewhere.ones([2]), none)).code).toBe("device-mismatch");
  });
});
