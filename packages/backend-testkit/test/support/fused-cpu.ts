import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { Backend } from "@gradwerk/tensor/backend";
import { naiveCompile } from "./naive-compile.ts";
import { naiveFused } from "./naive-fused.ts";

/** The reference backend with every fused kernel and with `compile`: all that the seam has. */
export function createFusedCpuBackend(): Backend {
  const cpu = createCpuBackend();
  const withFused: Backend = { ...cpu, name: "fused-cpu", fused: naiveFused(cpu) };
  return { ...withFused, compile: naiveCompile(withFused) };
}
