import type { LayerPart, Network } from "@gradwerk/nn";
import type { DenseAnatomy, LayerAnatomy, StepAnatomy } from "./inspection.ts";
import { leavesOf } from "./leaves.ts";
import { firstOf, type LookedAt } from "./look-at-network.ts";
import type { SessionSetting } from "./session.ts";

const activations = ["sigmoid", "relu", "tanh"] as const;

/** A step taken apart: every number of it is one that the training had. */
export async function anatomyOf(
  model: Network<unknown>,
  seen: LookedAt,
  { config, experiment, batches, device }: SessionSetting,
): Promise<StepAnatomy> {
  const { step, learningRate, taken, rows, sample } = seen;
  using _scope = device.openScope();
  const { x, targets } = batches.of(step - 1);
  const outputs = device.tensor(taken.outputs, {
    shape: [rows.length, ...model.output],
    dtype: config.dtype,
  });
  const imageLoss = experiment.loss(outputs.slice(0, 0, 1), targets.slice(0, 0, 1));
  const input = await x.slice(0, 0, 1).data();
  const leaves = leavesOf(model);
  const others = leaves.slice(0, denseStart(leaves, seen)).map((part) => layerAnatomy(part, seen));
  return {
    step,
    learningRate,
    batchSize: rows.length,
    optimizer: config.optimizer,
    input,
    rows: sample.rows,
    columns: sample.columns,
    classIndex: sample.classIndex,
    outputs: sample.outputs,
    target: experiment.wanted(sample.classIndex, await targets.slice(0, 0, 1).data()),
    lossName: experiment.lossName,
    loss: taken.loss,
    imageLoss: await imageLoss.item(),
    others,
    denseInput: others.at(-1)?.activation.values ?? input,
    layers: denseLayers(leaves.slice(others.length), seen),
  };
}

/** Where the dense layers at the end begin, among the layers; those in a container are no part of them. */
function denseStart(leaves: readonly LayerPart[], { taken: { observed } }: LookedAt): number {
  const isOther = ({ path, layer: { name } }: LayerPart): boolean =>
    path.includes(".") || observed[path].shape.length !== 2 || !(isDense(name) || isActivation(name));
  const tail = leaves.findLastIndex(isOther) + 1;
  const first = leaves.slice(tail).findIndex(({ layer: { name } }) => isDense(name));
  return first === -1 ? leaves.length : tail + first;
}

function isDense(name: string): boolean {
  return name.startsWith("dense");
}

function isActivation(name: string): boolean {
  return activations.some((known) => known === name);
}

function layerAnatomy(
  { path, layer }: LayerPart,
  { taken: { observed, gradients }, before, after }: LookedAt,
): LayerAnatomy {
  const { shape, activation, gradient } = observed[path];
  return {
    path,
    name: layer.name,
    activation: firstOf(activation, shape),
    gradient: firstOf(gradient, shape),
    parameters: Object.keys(gradients)
      .filter((parameter) => parameter.startsWith(`${path}.`))
      .map((parameter) => ({
        path: parameter,
        shape: before[parameter].shape,
        values: before[parameter].values,
        valuesAfter: after[parameter].values,
        gradient: gradients[parameter],
      })),
  };
}

function denseLayers(leaves: readonly LayerPart[], seen: LookedAt): DenseAnatomy[] {
  return leaves.flatMap(({ path, layer }, i) => {
    if (!isDense(layer.name)) return [];
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
