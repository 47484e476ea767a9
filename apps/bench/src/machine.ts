import { availableParallelism, cpus, loadavg } from "node:os";

/** What a measurement depends on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** `linux x64` */
  readonly platform: string;
  /** Version of Node. */
  readonly node: string;
  /** Processes that wanted to run in the last minute, on average: near 0 on a machine with nothing else to do. */
  readonly load: number;
}

/** This machine, now. */
export function thisMachine(): Machine {
  return {
    cpu: cpus().at(0)?.model.trim() ?? "unknown CPU",
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    load: loadavg()[0],
  };
}

/** The machine in one line. */
export function describeMachine({ cpu, cores, platform, node, load }: Machine): string {
  return `${cpu}, ${cores} ${cores === 1 ? "core" : "cores"}, ${platform}, Node ${node}, load ${load.toFixed(1)} before the run`;
}
