import { testConformance } from "@gradwerk/backend-testkit";
import { createWasmBackend } from "@gradwerk/backend-wasm";
import * as runner from "vitest";
import { threaded } from "./support/backends.ts";

// Threads share even the smallest work, so that every kernel is cut up.
const builds = [
  ["relaxed", {}],
  // Gradients and runs are made of the same kernels.
  ["plain", { only: /^(kernels|fused|captured) / }],
] as const;

for (const [simd, options] of builds) {
  await testConformance(
    {
      ...runner,
      describe: (name, work) =>
        runner.describe(name === "conformance" ? `conformance, ${simd} SIMD, two threads` : name, work),
    },
    (given) => createWasmBackend(threaded(2, { simd, ...given })),
    options,
  );
}
