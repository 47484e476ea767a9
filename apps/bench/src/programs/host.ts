// Runs a module that exports `prepare` as a system: host.ts MODULE-URL BACKEND THREADS.
import { createInterface } from "node:readline";
import type { Prepare, Prepared } from "./protocol.ts";

type Request = { readonly prepare: unknown } | { readonly run: string };

const [moduleUrl, backend, threads] = process.argv.slice(2);
let prepared: Prepared | undefined;

for await (const line of createInterface({ input: process.stdin })) {
  const reply = await answer(JSON.parse(line)).catch((error: unknown) => ({
    error: error instanceof Error ? error.message : String(error),
  }));
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
// Threads of a library may still wait for work.
process.exit();

async function answer(request: Request): Promise<object> {
  if ("prepare" in request) {
    const { prepare }: { prepare: Prepare<unknown> } = await import(moduleUrl);
    prepared = await prepare(request.prepare, { backend, threads: Number(threads) });
    const { version, dtype, cases } = prepared;
    return { version, dtype, ...(cases && { cases }) };
  }
  if (prepared === undefined) throw new Error(`run ${request.run}: expected a prepare request first.`);
  return prepared.run(request.run);
}
