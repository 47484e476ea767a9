import { importBackend, installedModule, openBackend } from "@gradwerk/backend-testkit/load";
import type { Backend, BackendOptions, CreateBackend } from "@gradwerk/tensor/backend";
import { suggestion, UsageError } from "../errors.ts";

// Each is loaded only where it is asked for.
const builtIn: Readonly<Record<string, () => Promise<CreateBackend>>> = {
  cpu: async () => (await import("@gradwerk/backend-cpu")).createBackend,
  wasm: async () => (await import("@gradwerk/backend-wasm")).createBackend,
};

// A module may export one finished backend: two runs on it would free each other's memory.
const inUse = new WeakSet<Backend>();

/**
 * Makes the backend that `--backend` names.
 *
 * @throws UsageError for a name that is neither built in nor a path, for more threads than it has, and for a finished
 * backend of a module that another run had; TestkitError
 * when the module cannot be loaded or gives no complete backend
 */
export async function loadBackend(name: string, threads: number | null): Promise<Backend> {
  const options: BackendOptions = threads === null ? {} : { threads };
  const backend = await openBackend(`--backend ${name}`, await findBackend(name), options);
  if (inUse.has(backend)) {
    throw new UsageError(
      `--backend ${name}: the module exports one finished backend, which another run has. ` +
        "Let it export createBackend(options), which makes a backend for each run.",
    );
  }
  inUse.add(backend);
  if (threads !== null && backend.capabilities.threads < threads) {
    const has = backend.capabilities.threads;
    await backend.dispose();
    throw new UsageError(
      `--threads ${threads}: backend ${backend.name} runs on ${has} here. Give ${has} or fewer.`,
    );
  }
  return backend;
}

/**
 * What makes the backend that `--backend` names: one that comes with Gradwerk, or one from a module: a path, or
 * the name of an installed package.
 *
 * @throws UsageError for a name that is neither; TestkitError when the module cannot be loaded or exports no backend
 */
export async function findBackend(name: string): Promise<CreateBackend> {
  const own = builtIn[name];
  if (own !== undefined) return await own();
  const looksLikePath = /[/\\.]/.test(name);
  if (!looksLikePath && installedModule(name) === undefined) {
    const names = Object.keys(builtIn);
    throw new UsageError(
      `--backend ${name}: there is no such backend.${suggestion(name, names)} ` +
        `Give ${names.join(", ")}, or a module that exports one: the path of a file (./my-backend.js) or an installed package.`,
    );
  }
  return importBackend(name);
}
