import { testConformance } from "@gradwerk/backend-testkit";
import { createWasmBackend } from "@gradwerk/backend-wasm";
import * as runner from "vitest";

// One thread has memory that is not shared: the same kernels with another import.
const builds = [
  ["relaxed", {}],
  // Gradients and runs are made of the same kernels.
  ["plain", { only: /^(memory|kernels|guards|fused|captured) / }],
] as const;

for (const [simd, options] of builds) {
  await testConformance(
    {
      ...runner,
      describe: (name, work) =>
        runner.describe(name === "conformance" ? `conformance, ${simd} SIMD, one thread` : name, work),
    },
    (given) => createWasmBackend({ simd, ...given, threads: 1 }),
    options,
  );
}
