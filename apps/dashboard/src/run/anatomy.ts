import type { LayerPart, Network } from "@gradwerk/nn";
import type { RunConfig } from "./config.ts";
import type { Experiment } from "./experiment.ts";
import type { DenseAnatomy, StepAnatomy } from "./inspection.ts";
import { leavesOf } from "./leaves.ts";
import { firstOf, type LookedAt } from "./look-at-network.ts";

const activations = ["sigmoid", "relu", "tanh"] as const;

/** A step taken apart: every number of it is one that the training had. */
export function anatomyOf(
  model: Network<unknown>,
  seen: LookedAt,
  { optimizer, preset }: RunConfig,
  { input }: Experiment,
): StepAnatomy {
  const { step, learningRate, taken, rows, sample, inputs } = seen;
  const leaves = leavesOf(model);
  const isDense = input.length === 1 && leaves.every(({ layer: { name } }) => isDenseOrActivation(name));
  const view = ({ path, layer }: LayerPart) => {
    const { shape, activation, gradient } = taken.observed[path];
    return {
      path,
      name: layer.name,
      activation: firstOf(activation, shape),
      gradient: firstOf(gradient, shape),
    };
  };
  return {
    step,
    learningRate,
    batchSize: rows.length,
    optimizer,
    input: inputs,
    rows: sample.rows,
    columns: sample.columns,
    classIndex: sample.classIndex,
    ...(preset === "article" && {
      target: sample.outputs.map((_, index) => (index === sample.classIndex ? 1 : 0)),
    }),
    loss: taken.loss,
    layers: isDense ? denseLayers(leaves, seen) : [],
    others: isDense ? [] : leaves.map(view),
  };
}

function isDenseOrActivation(name: string): boolean {
  return name.startsWith("dense") || activations.some((known) => known === name);
}

function denseLayers(leaves: readonly LayerPart[], seen: LookedAt): DenseAnatomy[] {
  return leaves.flatMap(({ path, layer }, i) => {
    if (!layer.name.startsWith("dense")) return [];
    const next = leaves[i + 1];
    const activation = activations.find((known) => known === next?.layer.name);
    return [denseAnatomy(path, activation === undefined ? undefined : next.path, activation ?? "none", seen)];
  });
}

function denseAnatomy(
  path: string,
  activationPath: string | undefined,
  activation: DenseAnatomy["activation"],
  { taken: { observed, gradients }, before, after }: LookedAt,
): DenseAnatomy {
  const own = observed[path];
  const given = observed[activationPath ?? path];
  const [weight, bias] = [`${path}.weight`, `${path}.bias`];
  const [inputs, outputs] = before[weight].shape;
  return {
    path,
    ...(activationPath === undefined ? {} : { activationPath }),
    activation,
    inputs,
    outputs,
    weight: before[weight].values,
    bias: before[bias].values,
    weightAfter: after[weight].values,
    biasAfter: after[bias].values,
    weightGradient: gradients[weight],
    biasGradient: gradients[bias],
    sums: firstOf(own.activation, own.shape).values,
    outputsOfUnits: firstOf(given.activation, given.shape).values,
    back: firstOf(own.gradient, own.shape).values,
    byOutput: firstOf(given.gradient, given.shape).values,
  };
}
