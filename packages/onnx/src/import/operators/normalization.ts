import { batchNormInference, groupNorm, layerNorm, rmsNorm, type Tensor } from "@gradwerk/tensor";
import type { NodeCall, Operator } from "../node-call.ts";

/** Operators that bring numbers to mean 0 and variance 1. */
export const normalizationOperators: Readonly<Record<string, Operator>> = {
  BatchNormalization: {
    inputs: [5, 5],
    attributes: ["epsilon", "momentum", "training_mode", "spatial"],
    run: batchNormOf,
  },
  LayerNormalization: {
    inputs: [2, 3],
    attributes: ["axis", "epsilon", "stash_type"],
    since: 17,
    run: layerNormOf,
  },
  InstanceNormalization: {
    inputs: [3, 3],
    attributes: ["epsilon"],
    run(call) {
      const [x, scale, shift] = call.tensors();
      return groupNorm(x, x.shape[1], scale, shift, { epsilon: epsilonOf(call) });
    },
  },
  // Up to version 20 it had a scale per group instead of per channel.
  GroupNormalization: {
    inputs: [3, 3],
    attributes: ["epsilon", "num_groups", "stash_type"],
    since: 21,
    run(call) {
      const [x, scale, shift] = call.tensors();
      return groupNorm(x, call.requiredInt("num_groups"), scale, shift, { epsilon: epsilonOf(call) });
    },
  },
  RMSNormalization: {
    inputs: [2, 2],
    attributes: ["axis", "epsilon", "stash_type"],
    since: 23,
    run(call) {
      const [x, scale] = call.tensors();
      requireLastAxes(call, x, scale);
      return rmsNorm(x, scale, { epsilon: epsilonOf(call) });
    },
  },
};

function epsilonOf(call: NodeCall): number {
  return call.number("epsilon", 1e-5);
}

// By the mean and variance in the file, also while the rest is trained.
function batchNormOf(call: NodeCall): Tensor {
  if (call.flag("training_mode", false))
    throw call.refused("training_mode is not supported: export for inference");
  if (!call.flag("spatial", true))
    throw call.refused("statistics for each element (spatial 0) are not supported");
  const [x, scale, shift, mean, variance] = call.tensors();
  return batchNormInference(x, scale, shift, mean, variance, { epsilon: epsilonOf(call) });
}

function layerNormOf(call: NodeCall): Tensor {
  if (call.node.outputs.length > 1) throw call.refused("mean and deviation are not given");
  const [x, scale] = [call.tensor(0), call.tensor(1)];
  requireLastAxes(call, x, scale);
  const shift = call.has(2) ? call.tensor(2) : call.device.zeros(scale.shape, { dtype: scale.dtype });
  return layerNorm(x, scale, shift, { epsilon: epsilonOf(call) });
}

function requireLastAxes(call: NodeCall, x: Tensor, scale: Tensor): void {
  const axis = call.axis(call.int("axis", -1), x.rank);
  if (scale.rank !== x.rank - axis) {
    throw call.refused(`a scale of ${scale.rank} axes does not cover the axes from ${axis} on of ${x.rank}`);
  }
}
