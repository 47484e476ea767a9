// What `dashboard.ts` starts for each run that nobody watches: train-alone.ts CONFIG-JSON. The thread that trains is the
// dashboard's own, and is told to go as fast as it can.
import { Worker } from "node:worker_threads";
import { megabytesOf } from "./process-use.ts";

const worker = new Worker(new URL("./dist/worker.js", import.meta.resolve("gradwerk/package.json")), {
  workerData: { config: JSON.parse(process.argv[2]), pace: "full", keeping: {} },
});
worker.on("message", async (event) => {
  if (event.type === "failed") throw new Error(event.message);
  if (event.type !== "end") return;
  const { steps, seconds } = event;
  const megabytes = await megabytesOf(process.pid);
  process.stdout.write(JSON.stringify({ steps, seconds: seconds.total, megabytes }));
  worker.postMessage({ type: "stop" });
});
