import { withPackedMatrices } from "./broken-memory.ts";
import { cpuWith, type Fault } from "./fault.ts";

/** Faults that single kernel calls do not show, but kernels that follow one another do. */
export const sequenceFaults: readonly Fault[] = [
  {
    name: "keeps a packed matrix for its transpose too",
    create: cpuWith(withPackedMatrices({ noticesWrites: true })),
    section: "gradients",
    caseName: "linear none first order float32",
    reason: /^the gradient by input 0: element \d+ is/,
  },
];
