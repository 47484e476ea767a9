import {
  avgPool2dLayer,
  batchNorm1dLayer,
  batchNorm2dLayer,
  conv1dLayer,
  conv2dLayer,
  convTranspose2dLayer,
  dense,
  dropoutLayer,
  eluLayer,
  embeddingLayer,
  flatten,
  frozen,
  geluLayer,
  globalAveragePool,
  globalMaxPool,
  groupNormLayer,
  gru,
  type Layer,
  lastToken,
  layerNormLayer,
  leakyReluLayer,
  lstm,
  maxPool2dLayer,
  meanOfTokens,
  multiHeadAttention,
  patches,
  positionalEmbedding,
  reluLayer,
  reshapeLayer,
  residual,
  rmsNormLayer,
  rnn,
  sequential,
  sigmoidLayer,
  siluLayer,
  softmaxLayer,
  softplusLayer,
  tanhLayer,
} from "@gradwerk/nn";
import type { Shape } from "@gradwerk/tensor";

/** A layer, and the shape of a sample that it takes. */
export interface LayerCase {
  readonly name: string;
  readonly input: Shape;
  readonly layer: Layer<unknown>;
  /** Whether inputs are looked up, so that no gradient goes to them. */
  readonly looksUp?: boolean;
}

const image: Shape = [2, 4, 6];
const tokens: Shape = [6, 8];
const row: Shape = [48];

const cases: readonly (readonly [name: string, input: Shape, layer: unknown])[] = [
  ["dense", row, dense({ outputs: 5 })],
  ["dense on tokens", tokens, dense({ outputs: 5 })],
  ["conv1d", tokens, conv1dLayer({ filters: 4, kernelSize: 3, stride: 2, padding: 1, groups: 2 })],
  ["conv2d", image, conv2dLayer({ filters: 3, kernelSize: 3, padding: "same" })],
  [
    "conv2d in groups, without bias",
    image,
    conv2dLayer({ filters: 4, kernelSize: 2, groups: 2, bias: false }),
  ],
  ["convTranspose2d", image, convTranspose2dLayer({ filters: 3, kernelSize: 3, stride: 2, padding: 1 })],
  ["maxPool2d", image, maxPool2dLayer(2)],
  ["avgPool2d", image, avgPool2dLayer(3, { padding: 1, stride: 1 })],
  ["globalAveragePool", image, globalAveragePool],
  ["globalMaxPool", image, globalMaxPool],
  ["flatten", image, flatten],
  ["reshape", image, reshapeLayer([6, 8])],
  ["batchNorm1d", row, batchNorm1dLayer()],
  ["batchNorm1d on sequences", tokens, batchNorm1dLayer()],
  ["batchNorm2d", image, batchNorm2dLayer({ momentum: 0.3 })],
  ["layerNorm", tokens, layerNormLayer()],
  ["groupNorm", [4, 3, 4], groupNormLayer(2)],
  ["rmsNorm", tokens, rmsNormLayer()],
  ["dropout", row, dropoutLayer(0.4)],
  ["embedding", [48], embeddingLayer({ count: 3, units: 2 })],
  ["sigmoid", row, sigmoidLayer],
  ["relu", row, reluLayer],
  ["tanh", row, tanhLayer],
  ["leakyRelu", row, leakyReluLayer(0.2)],
  ["elu", row, eluLayer(0.7)],
  ["gelu", row, geluLayer],
  ["silu", row, siluLayer],
  ["softplus", row, softplusLayer],
  ["softmax", tokens, softmaxLayer],
  ["rnn", tokens, rnn({ units: 3 })],
  ["lstm", tokens, lstm({ units: 3 })],
  ["gru", tokens, gru({ units: 3 })],
  ["rnn that gives each step", tokens, rnn({ units: 3, returns: "sequence" })],
  ["lstm that gives each step", tokens, lstm({ units: 3, returns: "sequence" })],
  ["gru that gives each step", tokens, gru({ units: 3, returns: "sequence" })],
  ["multiHeadAttention", tokens, multiHeadAttention({ heads: 2 })],
  ["multiHeadAttention that sees no later token", tokens, multiHeadAttention({ heads: 4, causal: true })],
  ["positionalEmbedding", tokens, positionalEmbedding()],
  ["patches", image, patches(2)],
  ["meanOfTokens", tokens, meanOfTokens],
  ["lastToken", tokens, lastToken],
  ["residual", tokens, residual(sequential(layerNormLayer(), dense({ outputs: 8 }), dropoutLayer(0.2)))],
  [
    "residual with a shortcut",
    row,
    residual(sequential(dense({ outputs: 5 }), tanhLayer), dense({ outputs: 5 })),
  ],
  ["frozen", row, sequential(frozen(dense({ outputs: 5 })), dense({ outputs: 4 }))],
];

/** Each kind of layer, small, with samples of 48 numbers. */
export const everyLayer: readonly LayerCase[] = cases.map(([name, input, layer]) => ({
  name,
  input,
  layer: layer as Layer<unknown>,
  looksUp: name === "embedding",
}));
