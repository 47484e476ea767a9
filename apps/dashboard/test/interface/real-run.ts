import { Conductor } from "../../src/run/conduct.ts";
import type { RunConfig } from "../../src/run/config.ts";
import { failure } from "../../src/run/failure.ts";
import type { Run, RunEvent } from "../../src/run/protocol.ts";
import { openTraining } from "../../src/run/training.ts";

/** A run that trains in this thread. What passes between it and the interface is copied, as between two threads. */
export interface RealRun extends Run {
  close(): Promise<void>;
}

/** Starts to train; events from before the first listener are told to it. */
export async function startRealRun(config: RunConfig): Promise<RealRun> {
  const listeners = new Set<(event: RunEvent) => void>();
  let untold: RunEvent[] = [];
  const tell = (event: RunEvent): void => {
    const copy = structuredClone(event);
    if (listeners.size === 0) untold.push(copy);
    for (const listener of listeners) listener(copy);
  };
  const open = (wanted: RunConfig) => openTraining(wanted, (message) => tell({ type: "progress", message }));
  const conductor = new Conductor(await open(config), { tell, open, bearsNaN: true });
  const conducted = conductor.conduct().catch((error: unknown) => tell(failure(error)));
  return {
    subscribe(listener) {
      listeners.add(listener);
      for (const event of untold) listener(event);
      untold = [];
      return () => listeners.delete(listener);
    },
    send: (command) => conductor.obey(structuredClone(command)),
    close: () => {
      conductor.obey({ type: "stop" });
      return conducted;
    },
  };
}
