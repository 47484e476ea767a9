import { pathOf } from "./run-node.ts";

/** The code of a module as the command loads it, from any folder: a backend that swaps the arguments of minus. */
export const wrongMinusModule = `
import { createCpuBackend } from ${JSON.stringify(pathOf("../backend-cpu/src/index.ts"))};

export const createBackend = () => {
  const cpu = createCpuBackend();
  const binary = (out, [a, b], attributes) =>
    cpu.kernels.binary(out, attributes.op === "sub" ? [b, a] : [a, b], attributes);
  return { ...cpu, kernels: { ...cpu.kernels, binary } };
};
`;
