import type { FusedKernels } from "@gradwerk/tensor/backend";
import type { FusedCase } from "./fused-case.ts";
import { linearCases } from "./linear-cases.ts";
import { normCases } from "./norm-cases.ts";
import { randomCases } from "./random-cases.ts";
import { softmaxCases } from "./softmax-cases.ts";
import { sortCases } from "./sort-cases.ts";
import { updateCases } from "./update-cases.ts";
import { windowCases } from "./window-cases.ts";

/** Every fused kernel of the seam, each on several sizes. */
export const fusedCases: readonly FusedCase[] = [
  ...linearCases,
  ...softmaxCases,
  ...updateCases,
  ...normCases,
  ...randomCases,
  ...windowCases,
  ...sortCases,
];

/** The fused kernels that there are. Chains of elementwise kernels have cases of another kind, in `chain-cases.ts`. */
export const fusedNames: readonly (keyof FusedKernels)[] = [
  "elementwise",
  ...new Set(fusedCases.map(({ kernel }) => kernel)),
];
