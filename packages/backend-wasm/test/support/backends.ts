import { createWasmBackend, WasmBackendError, type WasmBackendOptions } from "@gradwerk/backend-wasm";
import type { Backend } from "@gradwerk/tensor/backend";
import { afterEach } from "vitest";

const made: Backend[] = [];
afterEach(async () => {
  for (const backend of made.splice(0)) await backend.dispose();
});

/** A backend that is disposed of when the test ends. */
export async function backendWith(options: WasmBackendOptions = {}): Promise<Backend> {
  const backend = await createWasmBackend({ threads: 1, ...options });
  made.push(backend);
  return backend;
}

/** What a backend is made with whose threads are there from the start and share even the smallest work. */
export function threaded(threads: number, options: WasmBackendOptions = {}): WasmBackendOptions {
  return { threads, startThreads: true, threadsFrom: 0, ...options };
}

/** Code and message of what a call was refused with. */
export async function refusal(call: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await call();
  } catch (error) {
    if (error instanceof WasmBackendError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("It was not refused.");
}
