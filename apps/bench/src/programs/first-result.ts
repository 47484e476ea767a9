// What `startup.ts` starts anew for each run: first-result.ts BACKEND THREADS. Loading the table of backends is not
// counted, for it loads none of them.
import { backendNamed } from "../systems/backends.ts";

const [backend, threads] = process.argv.slice(2);
const started = performance.now();
const [{ createDevice }, made] = await Promise.all([
  import("@gradwerk/tensor"),
  backendNamed(backend)({ threads: Number(threads) }),
]);
const device = createDevice(made);
const x = device.tensor([
  [1, 2],
  [3, 4],
]);
const result = await x.matmul(x).data();
const value = performance.now() - started;
process.stdout.write(JSON.stringify({ value, proof: [...result] }));
await device.dispose();
