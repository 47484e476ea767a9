import { createDevice } from "@gradwerk/tensor";
import { capture } from "@gradwerk/tensor/capture";
import { backendNamed } from "../systems/backends.ts";
import type { OverheadPayload } from "../workloads/overhead.ts";
import type { CaseRun, Placement, Prepared } from "./protocol.ts";

/** Calls in Gradwerk. */
export async function prepare(
  { times }: OverheadPayload,
  { backend, threads }: Placement,
): Promise<Prepared> {
  const device = createDevice(await backendNamed(backend)({ threads }));
  const x = device.tensor([1, 2, 3, 4, 5, 6, 7, 8]);
  const empty = capture(device, () => undefined);
  const replaysSoFar = (): number => empty.programs.at(0)?.replays ?? 0;

  return {
    version: "workspace",
    dtype: "float32",
    async run(caseId: string): Promise<CaseRun> {
      if (caseId === "replay") {
        const before = replaysSoFar();
        const started = performance.now();
        for (let i = 0; i < times; i++) empty();
        const value = ((performance.now() - started) * 1000) / times;
        return { value, proof: [replaysSoFar() - before] };
      }
      let sum = x.add(x);
      const started = performance.now();
      for (let i = 0; i < times; i++) {
        sum.dispose();
        sum = x.add(x);
      }
      const result = [...(await sum.data())];
      const value = ((performance.now() - started) * 1000) / times;
      sum.dispose();
      return { value, proof: [times, ...result] };
    },
  };
}
