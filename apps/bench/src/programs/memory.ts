import { createDevice, type Tensor } from "@gradwerk/tensor";
import { backendNamed } from "../systems/backends.ts";
import { type MemoryPayload, numbersMoved } from "../workloads/memory.ts";
import type { CaseRun, Placement, Prepared } from "./protocol.ts";
import { secondsEach } from "./repeat.ts";

/** Ops in Gradwerk, one by one; the copy is the engine's own, `TypedArray.set`. */
export async function prepare(payload: MemoryPayload, { backend, threads }: Placement): Promise<Prepared> {
  const device = createDevice(await backendNamed(backend)({ threads }));
  const { count, row } = payload;
  const numbers = (period: number, shift: number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => (i % period) / period - shift);
  const source = numbers(1009, 0);
  const target = new Float32Array(count);
  const shape = [count / row, row];
  const x = device.tensor(source, { shape });
  const y = device.tensor(numbers(997, 0), { shape });
  const signed = device.tensor(numbers(1009, 0.5), { shape });
  const works: Readonly<Record<keyof typeof numbersMoved, () => Tensor>> = {
    relu: () => signed.relu(),
    add: () => x.add(y),
    exp: () => x.exp(),
    softmax: () => x.softmax(),
    sum: () => x.sum(),
    "sum of rows": () => x.sum({ axes: 1 }),
    "sum of columns": () => x.sum({ axes: 0 }),
    max: () => x.max(),
  };

  return {
    version: "workspace",
    dtype: "float32",
    async run(caseId: string): Promise<CaseRun> {
      using _scope = device.openScope();
      const id = caseId as keyof typeof numbersMoved;
      const work = works[id];
      let result = work();
      const copying = await secondsEach(
        () => target.set(source),
        async () => undefined,
      );
      const seconds = await secondsEach(
        () => {
          result.dispose();
          result = work();
        },
        () => firstOf(result).item(),
      );
      const { size } = result;
      const values = await result.data();
      const proof = [size, ...[0, Math.floor(size / 2), size - 1].map((i) => values[i])];
      return { value: (100 * copying * (numbersMoved[id] / 2)) / seconds, proof };
    },
  };
}

// Reading all would count the copy.
function firstOf(tensor: Tensor): Tensor {
  return tensor.reshape([tensor.size]).slice(0, 0, 1);
}
