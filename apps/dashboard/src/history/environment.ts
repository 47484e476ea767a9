import { availableParallelism, cpus, totalmem } from "node:os";
import { version } from "../version.ts";
import type { RunEnvironment } from "./record.ts";

/** What this process runs on. */
export function thisEnvironment(): RunEnvironment {
  return {
    gradwerk: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    // Some systems give no model, and pad those that they give.
    cpu: cpus()[0]?.model.replaceAll(/\s+/g, " ").trim() || "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}
