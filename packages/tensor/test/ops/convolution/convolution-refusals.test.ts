import { conv1d, conv2d, convTranspose2d, type Tensor } from "@gradwerk/tensor";
import { describe, expect, test } from "vitest";
import { refusalOf } from "../../support/refusal.ts";
import { strictDevice } from "../../support/strict-backend.ts";

const device = strictDevice();
const zeros = (...shape: number[]): Tensor => device.zeros(shape);
const images = zeros(1, 4, 5, 5);
const weight = zeros(6, 4, 3, 3);

type Case = readonly [what: string, call: () => Tensor, code: string, message: string];

const cases: readonly Case[] = [
  [
    "conv2d: images with three axes",
    () => conv2d(zeros(4, 5, 5), weight),
    "shape",
    "needs images [batch, channels, height, width], got float32 [4, 5, 5]. Reshape or cast first.",
  ],
  [
    "conv2d: images without pixels",
    () => conv2d(zeros(1, 4, 0, 5), weight, { padding: 3 }),
    "shape",
    "needs images with at least one pixel, got float32 [1, 4, 0, 5]. Leave empty ones out.",
  ],
  [
    "conv2d: a weight with two axes",
    () => conv2d(images, zeros(6, 4)),
    "shape",
    "needs a weight [out, in / groups, height, width], got float32 [6, 4]. Reshape or cast first.",
  ],
  [
    "conv2d: channels that differ",
    () => conv2d(images, zeros(6, 3, 3, 3)),
    "shape",
    "channels do not fit: images [1, 4, 5, 5], weight [6, 3, 3, 3], 1 groups. " +
      "A convolution's weight is [out, in / groups, height, width]: here in is 3 x 1 = 3, and 1 must divide 6.",
  ],
  [
    "conv2d: groups that do not divide the outputs",
    () => conv2d(images, zeros(6, 1, 3, 3), { groups: 4 }),
    "shape",
    "channels do not fit: images [1, 4, 5, 5], weight [6, 1, 3, 3], 4 groups. " +
      "A convolution's weight is [out, in / groups, height, width]: here in is 1 x 4 = 4, and 4 must divide 6.",
  ],
  [
    "conv2d: no groups",
    () => conv2d(images, weight, { groups: 0 }),
    "value",
    "groups must be a whole number from 1 up, got 0.",
  ],
  [
    "conv2d: a window larger than the image",
    () => conv2d(images, weight, { dilation: 3 }),
    "shape",
    "a window of 3 x 3 with dilation 3 x 3 does not fit into [1, 4, 5, 5] with padding 0 x 0. " +
      "Use a smaller window or more padding.",
  ],
  [
    "conv2d: a window of nothing",
    () => conv2d(images, zeros(6, 4, 0, 3)),
    "shape",
    "a window of 0 x 3 with dilation 1 x 1 does not fit into [1, 4, 5, 5] with padding 0 x 0. " +
      "Use a smaller window or more padding.",
  ],
  [
    "conv2d: a bias that is not one per output",
    () => conv2d(images, weight, { bias: zeros(4) }),
    "shape",
    "the bias must be [6] for weight [6, 4, 3, 3], got [4]. Reshape or replace one of them.",
  ],
  [
    "conv2d: a bias with two axes",
    () => conv2d(images, weight, { bias: zeros(6, 1) }),
    "shape",
    "the bias must be [6] for weight [6, 4, 3, 3], got [6, 1]. Reshape or replace one of them.",
  ],
  [
    "conv2d: whole numbers",
    () => conv2d(images.cast("int32"), weight.cast("uint8")),
    "dtype",
    'needs float32 or float64, got int32. Convert first: x.cast("float32").',
  ],
  [
    "convTranspose2d: images with three axes",
    () => convTranspose2d(zeros(6, 5, 5), weight),
    "shape",
    "needs images [batch, channels, height, width], got float32 [6, 5, 5]. Reshape or cast first.",
  ],
  [
    "convTranspose2d: a weight for other channels",
    () => convTranspose2d(images, weight),
    "shape",
    "needs images [B, O, H, W] and a weight [O, C / groups, KH, KW], got float32 [1, 4, 5, 5] and float32 [6, 4, 3, 3]. " +
      "Reshape or cast first.",
  ],
  [
    "convTranspose2d: kernels of nothing",
    () => convTranspose2d(images, zeros(4, 1, 3, 0)),
    "shape",
    "needs images [B, O, H, W] and a weight [O, C / groups, KH, KW], got float32 [1, 4, 5, 5] and float32 [4, 1, 3, 0]. " +
      "Leave empty ones out.",
  ],
  [
    "convTranspose2d: groups that do not divide the channels",
    () => convTranspose2d(images, zeros(4, 2, 3, 3), { groups: 3 }),
    "shape",
    "channels do not fit: images [1, 4, 5, 5], weight [4, 2, 3, 3], 3 groups. " +
      "A convolution's weight is [out, in / groups, height, width]: here in is 2 x 3 = 6, and 3 must divide 4.",
  ],
  [
    "convTranspose2d: so much padding that nothing is left",
    () => convTranspose2d(zeros(1, 4, 1, 2), zeros(4, 1, 1, 1), { padding: 1 }),
    "shape",
    "nothing is left: images [1, 4, 1, 2] become -1 x 0. Use less padding.",
  ],
  [
    "convTranspose2d: output padding as large as the stride",
    () => convTranspose2d(images, zeros(4, 1, 1, 1), { stride: 2, outputPadding: [1, 2] }),
    "value",
    "outputPadding 1 x 2 must be smaller than stride 2 x 2 or dilation.",
  ],
  [
    "convTranspose2d: a bias that is not one per output",
    () => convTranspose2d(images, zeros(4, 3, 1, 1), { bias: zeros(4) }),
    "shape",
    "the bias must be [3] for weight [4, 3, 1, 1], got [4]. Reshape or replace one of them.",
  ],
  [
    "conv1d: lines with two axes",
    () => conv1d(zeros(4, 5), zeros(6, 4, 3)),
    "shape",
    "needs x [batch, channels, length] and weight [out, in / groups, length], got float32 [4, 5] and float32 [6, 4, 3]. Reshape or cast first.",
  ],
  [
    "conv1d: channels that differ",
    () => conv1d(zeros(1, 4, 5), zeros(6, 3, 2)),
    "shape",
    "channels do not fit: images [1, 4, 1, 5], weight [6, 3, 1, 2], 1 groups. " +
      "A convolution's weight is [out, in / groups, height, width]: here in is 3 x 1 = 3, and 1 must divide 6.",
  ],
  [
    "conv1d: a window longer than the line",
    () => conv1d(zeros(1, 4, 5), zeros(6, 4, 7), { padding: 0 }),
    "shape",
    "a window of 1 x 7 with dilation 1 x 1 does not fit into [1, 4, 1, 5] with padding 0 x 0. " +
      "Use a smaller window or more padding.",
  ],
];

test.each(cases)("%s are refused", (what, call, code, message) => {
  expect(refusalOf(call)).toEqual({ code, message: `${what.split(":")[0]}: ${message}` });
});

describe("the moves of a window", () => {
  const calls = {
    conv2d: (options: object) => conv2d(images, weight, options),
    convTranspose2d: (options: object) => convTranspose2d(images, zeros(4, 1, 3, 3), options),
  };

  test.each(Object.entries(calls))("of %s are whole numbers from 1 up, or from 0 for padding", (op, call) => {
    for (const [name, least] of Object.entries({ stride: 1, dilation: 1, padding: 0 })) {
      for (const wrong of [least - 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        const message = `${op}: ${name} must be a whole number from ${least} up, got ${wrong}.`;
        expect(refusalOf(() => call({ [name]: wrong }))).toEqual({ code: "value", message });
        expect(refusalOf(() => call({ [name]: [1, wrong] }))).toEqual({ code: "value", message });
      }
    }
  });

  test.each(Object.entries(calls))("of %s go with a whole number of groups", (op, call) => {
    for (const wrong of [0, 1.5, 1n, "1"]) {
      expect(refusalOf(() => call({ groups: wrong }))).toMatchObject({
        code: "value",
        message: expect.stringContaining(`${op}: groups must be a whole number from 1 up`),
      });
    }
  });

  test.each(Object.entries(calls))("of %s are one number or two", (op, call) => {
    expect(refusalOf(() => call({ stride: [1, 1, 1] }))).toEqual({
      code: "value",
      message: `${op}: stride must be a number or [vertical, horizontal], got [1,1,1].`,
    });
    expect(refusalOf(() => call({ padding: "1" }))).toEqual({
      code: "value",
      message: `${op}: padding must be an array, got 1.`,
    });
  });
});
