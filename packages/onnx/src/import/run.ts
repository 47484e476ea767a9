import type { DType, Tensor } from "@gradwerk/tensor";
import { OnnxError } from "../errors.ts";
import { NodeCall } from "./node-call.ts";
import { type Plan, titleOf } from "./plan.ts";
import { onDevice, type Value } from "./values.ts";

/** The parameters of a network that came from a file, by the names they have there. */
export type OnnxParameters = Readonly<Record<string, Tensor>>;

/**
 * Runs a graph, node by node, by the ops of `@gradwerk/tensor`: a tape can follow, and a capture see it all.
 *
 * @param float the dtype in which floats are computed, whatever the file says
 * @throws OnnxError `attribute`, `data-type`, `limit`, `shape`
 */
export function run(plan: Plan, parameters: OnnxParameters, x: Tensor, float: DType): Tensor {
  const { device } = x;
  const facts = { device, float, opset: plan.opset };
  const values = new Map<string, Value>(plan.constants);
  for (const name of plan.parameters.keys()) values.set(name, parameters[name]);
  values.set(plan.input.name, x);
  return device.scope(() => {
    for (const { node, operator } of plan.steps) {
      const inputs = node.inputs.map((name) => values.get(name));
      const made = inNode(titleOf(node), () => operator.run(new NodeCall(node, inputs, facts)));
      const outputs: readonly Value[] = Array.isArray(made) ? made : [made];
      for (const [i, name] of node.outputs.entries()) {
        const value = outputs[i];
        if (name !== "" && value !== undefined) values.set(name, value);
      }
    }
    const output = values.get(plan.output);
    if (output === undefined) throw new OnnxError("graph", `${plan.output}: its node does not make it.`);
    return onDevice(device, output, float);
  });
}

function inNode<Result>(title: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OnnxError)) throw error;
    throw new OnnxError(error.code, `${title}: ${error.message}`, { cause: error });
  }
}
