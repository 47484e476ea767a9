import { createDevice, type Tensor } from "@gradwerk/tensor";
import { floatsOf } from "../data/packing.ts";
import { backendNamed } from "../systems/backends.ts";
import type { GemmPayload } from "../workloads/gemm.ts";
import type { CaseRun, Placement, Prepared } from "./protocol.ts";
import { secondsEach } from "./repeat.ts";

/** Products in Gradwerk, op by op. */
export async function prepare(payload: GemmPayload, { backend, threads }: Placement): Promise<Prepared> {
  const device = createDevice(await backendNamed(backend)({ threads }));
  const [a, b] = [floatsOf(payload.a), floatsOf(payload.b)];
  return {
    version: "workspace",
    dtype: "float32",
    async run(caseId: string): Promise<CaseRun> {
      using _scope = device.openScope();
      const [m, k, n] = payload.sizes[caseId];
      const left = device.tensor(a.subarray(0, m * k), { shape: [m, k] });
      const right = device.tensor(b.subarray(0, k * n), { shape: [k, n] });
      let product: Tensor = left.matmul(right);
      const seconds = await secondsEach(
        () => {
          product.dispose();
          product = left.matmul(right);
        },
        // One element: reading all would count the copy.
        () => product.slice(0, 0, 1).slice(1, 0, 1).item(),
      );
      const values = await product.data();
      const proof = payload.shown.map((share) => values[Math.floor(share * m * n)]);
      return { value: (2 * m * k * n) / seconds / 1e9, proof };
    },
  };
}
