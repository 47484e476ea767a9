import { testConformance } from "@gradwerk/backend-testkit";
import { createWasmBackend } from "@gradwerk/backend-wasm";
import * as runner from "vitest";

// One thread has memory that is not shared: the same kernels with another import.
const builds = [
  ["relaxed", {}],
  // Fused kernels are the same code, and the plain build runs them on two threads.
  ["plain", { only: /^(memory|kernels|captured) / }],
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
