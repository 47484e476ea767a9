import { assign } from "@gradwerk/tensor";
import { expect, test } from "vitest";
import { tracedCall } from "../../src/capture/traced-call.ts";
import { strictDevice } from "../support/strict-backend.ts";

test("a trace knows the tensors from outside whose elements kernels see, and nothing of its own among them", () => {
  const device = strictDevice();
  const [read, changed, unused] = [device.ones([2]), device.ones([2]), device.ones([2])];
  const step = (x: typeof read) => {
    assign(changed, x.add(read).mul(device.tensor([1, 2])));
    return unused.shape;
  };
  const { outside } = tracedCall(device, step, [device.ones([2])]);
  expect(new Set(outside)).toEqual(new Set([read, changed]));
});

test("nothing is computed, read or written while a step is traced", () => {
  const device = strictDevice();
  const state = device.tensor([1, 2]);
  const before = device.backend.memory();
  const { program } = tracedCall(device, () => assign(state, state.exp()), []);
  expect(program.steps.map(({ kernel }) => kernel)).toEqual(["unary", "copy"]);
  expect(Array.from(state.dataSync())).toEqual([1, 2]);
  expect(device.backend.memory()).toEqual(before);
});
