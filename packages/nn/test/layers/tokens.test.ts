// Recurrent layers and attention by PyTorch's formulas: ../checkpoints/py-torch-layers.test.ts.
import {
  dense,
  embeddingLayer,
  flatten,
  gru,
  lastToken,
  lstm,
  meanOfTokens,
  multiHeadAttention,
  NnError,
  network,
  patches,
  positionalEmbedding,
  reshapeLayer,
  rnn,
} from "@gradwerk/nn";
import { describe, expect, it } from "vitest";
import { built, device, drawn, expectNear, filled, plain, plainOf, sumOver } from "./support/arrays.ts";

describe.each([
  ["rnn", rnn],
  ["lstm", lstm],
  ["gru", gru],
])("%s", (name, make) => {
  const [last, each] = [
    built([5, 3], make({ units: 4 })),
    built([5, 3], make({ units: 4, returns: "sequence" })),
  ];
  const x = drawn([2, 5, 3]);

  it("gives after each step what it gives last for the steps until there", () => {
    const states = plainOf(each.apply(x));
    expect(states.shape).toEqual([2, 5, 4]);
    for (let t = 1; t <= 5; t++) {
      const until = last.model.apply(last.parameters, x.slice(1, 0, t));
      expectNear(
        until,
        filled([2, 4], (b, i) => states.at(b, t - 1, i)),
      );
    }
  });

  it("begins between -1 / sqrt(units) and 1 / sqrt(units), as in PyTorch", () => {
    const { inputWeight, recurrentBias } = make({ units: 16 }).initialize(device, "float64", {
      input: [5, 9],
    });
    for (const { values } of [plainOf(inputWeight), plainOf(recurrentBias)]) {
      const largest = Math.max(...Array.from(values, Math.abs));
      expect(largest).toBeLessThanOrEqual(1 / 4);
      expect(largest).toBeGreaterThan(0.9 / 4);
    }
  });

  it("is refused for samples that are no sequences, and without units", () => {
    expect(() => network([784], make({ units: 4 }))).toThrow(`${name} 4: needs samples [T, D], got [784].`);
    expect(() => make({ units: 0 })).toThrow(`${name}: units must be a whole number from 1 up, got 0.`);
  });
});

describe("the operations of a recurrent layer", () => {
  // Of each unit and step: what the gates add up and squash, and what is made of them.
  it.each([
    ["rnn: the sum and its tanh", rnn, 1, 2],
    [
      "lstm: four sums and squashes, c of two products and a sum, h of a tanh and a product",
      lstm,
      4,
      4 + 4 + 3 + 2,
    ],
    [
      "gru: r and z of sums and squashes, n of a product, a sum and a tanh, h of three",
      gru,
      3,
      2 + 2 + 3 + 3,
    ],
  ] as const)("%s", (_, make, gates, other) => {
    const [steps, inputs, units] = [5, 3, 4];
    const products = 2 * gates * units * (inputs + units);
    expect(make({ units }).flops?.([steps, inputs])).toBe(steps * (products + other * units));
  });
});

describe("multiHeadAttention", () => {
  it("sees no later token where that is wanted: each comes to what it comes to last of those until there", () => {
    const { model, parameters, apply } = built([5, 6], multiHeadAttention({ heads: 3, causal: true }));
    const free = network([5, 6], multiHeadAttention({ heads: 3 }));
    const x = drawn([2, 5, 6]);
    const all = plainOf(apply(x));
    for (let t = 1; t <= 5; t++) {
      const until = x.slice(1, 0, t);
      const expected = filled([2, t, 6], (b, i, j) => all.at(b, i, j));
      expectNear(model.apply(parameters, until), expected);
      const seesAll = plainOf(free.apply(parameters, until));
      for (let i = 0; i < 6; i++) expect(seesAll.at(0, t - 1, i)).toBeCloseTo(all.at(0, t - 1, i), 12);
    }
  });

  it("does not care for the order of tokens", () => {
    const { apply } = built([4, 6], multiHeadAttention({ heads: 2 }));
    const x = drawn([1, 4, 6]);
    const turned = plainOf(apply(x.flip([1])));
    expectNear(
      apply(x),
      filled([1, 4, 6], (_, t, i) => turned.at(0, 3 - t, i)),
    );
  });

  it("is refused where heads do not divide a token", () => {
    expect(() => network([5, 6], multiHeadAttention({ heads: 4 }))).toThrow(
      "attention of 4 heads: needs samples [T, E], E a multiple of 4, got [5, 6].",
    );
    expect(() => multiHeadAttention({ heads: 0.5 })).toThrow(NnError);
  });

  it("counts its products", () => {
    // Three projections and one back of 6 x 6 for each of 5 tokens; twice 5 x 5 products of 6.
    expect(multiHeadAttention({ heads: 2 }).flops?.([5, 6])).toBe(2 * (4 * 5 * 36 + 2 * 25 * 6));
  });
});

describe("patches", () => {
  it("are squares of all channels, row by row", () => {
    const { apply, model } = built([2, 4, 6], patches(2));
    expect(model.output).toEqual([6, 8]);
    const x = drawn([3, 2, 4, 6]);
    const images = plainOf(x);
    const expected = filled([3, 6, 8], (b, t, i) => {
      const [top, left] = [2 * Math.floor(t / 3), 2 * (t % 3)];
      return images.at(b, Math.floor(i / 4), top + Math.floor((i % 4) / 2), left + (i % 2));
    });
    expectNear(apply(x), expected);
  });

  it("are refused where they do not divide an image", () => {
    expect(() => network([1, 28, 28], patches(5))).toThrow(
      "patches 5x5: needs samples [C, H, W] that 5 divides, got [1, 28, 28].",
    );
  });
});

describe("tokens", () => {
  const x = drawn([2, 3, 4]);
  const numbers = plainOf(x);

  it("come to their mean or to the last of them", () => {
    expectNear(
      built([3, 4], meanOfTokens).apply(x),
      filled([2, 4], (b, i) => sumOver(3, (t) => numbers.at(b, t, i)) / 3),
    );
    expectNear(
      built([3, 4], lastToken).apply(x),
      filled([2, 4], (b, i) => numbers.at(b, 2, i)),
    );
    expect(() => network([12], lastToken)).toThrow("lastToken: needs samples [T, E], got [12].");
  });

  it("get what is learned for their place", () => {
    const { apply, own } = built([3, 4], positionalEmbedding());
    const places = plainOf(own.weight);
    expect(places.shape).toEqual([3, 4]);
    expectNear(
      apply(x),
      filled([2, 3, 4], (b, t, i) => numbers.at(b, t, i) + places.at(t, i)),
    );
  });

  it("are looked up by whole numbers of any dtype", () => {
    const { apply, own, model } = built([3], embeddingLayer({ count: 5, units: 2 }));
    expect(model.output).toEqual([3, 2]);
    const rows = plainOf(own.weight);
    const indices = [4, 0, 4];
    for (const dtype of ["int32", "uint8", "float32"] as const) {
      expectNear(
        apply(device.tensor([indices], { dtype })),
        filled([1, 3, 2], (_, t, i) => rows.at(indices[t], i)),
      );
    }
    expect(() => apply(device.tensor([[0, 5, 1]], { dtype: "int32" }))).toThrow(
      "index 5 at place 1 of the indices lies outside",
    );
  });
});

describe("flatten and reshapeLayer", () => {
  it("keep the order of the numbers", () => {
    const x = drawn([2, 3, 4]);
    expectNear(built([3, 4], flatten).apply(x), plain([2, 12], x.dataSync()));
    expectNear(built([3, 4], reshapeLayer([2, 6])).apply(x), plain([2, 2, 6], x.dataSync()));
  });

  it("are refused for another number of numbers", () => {
    expect(() => network([3, 4], reshapeLayer([5]))).toThrow(
      "reshape [5]: needs samples of 5 numbers, got [3, 4].",
    );
  });
});

describe("dense", () => {
  it("works on the last axis of samples of several", () => {
    const { apply, own } = built([3, 4], dense({ outputs: 2 }));
    const x = drawn([2, 3, 4]);
    const [numbers, w, b] = [plainOf(x), plainOf(own.weight), plainOf(own.bias)];
    expectNear(
      apply(x),
      filled([2, 3, 2], (n, t, o) => b.at(o) + sumOver(4, (i) => numbers.at(n, t, i) * w.at(i, o))),
    );
  });
});
