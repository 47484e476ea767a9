// What `startup.ts` starts anew for each run: first-result.ts BACKEND THREADS. Its own loading is not counted.
const [backend, threads] = process.argv.slice(2);
const started = performance.now();
const [{ backendNamed }, { createDevice }] = await Promise.all([
  import("../systems/backends.ts"),
  import("@gradwerk/tensor"),
]);
const device = createDevice(await backendNamed(backend)({ threads: Number(threads) }));
const x = device.tensor([
  [1, 2],
  [3, 4],
]);
const result = await x.matmul(x).data();
const value = performance.now() - started;
process.stdout.write(JSON.stringify({ value, proof: [...result] }));
await device.dispose();

export {};
