import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { Backend, BackendOptions, CreateBackend } from "@gradwerk/tensor/backend";
import { suggestion, UsageError, WorkError } from "../cli/usage-error.ts";

const builtIn: Readonly<Record<string, CreateBackend>> = { cpu: createCpuBackend };

/**
 * Makes the backend that `--backend` names: one that comes with Gradwerk, or one from a module of the user's.
 *
 * A module exports `createBackend` (see `CreateBackend` at the seam), or one function named like `createCpuBackend`,
 * or a finished `backend`.
 *
 * @throws UsageError for a name that is neither; WorkError when the module cannot be loaded or exports no backend
 */
export async function loadBackend(name: string, threads: number | null): Promise<Backend> {
  const options: BackendOptions = threads === null ? {} : { threads };
  const create = builtIn[name] ?? (await importBackend(name));
  const backend = await create(options);
  if (threads !== null && backend.capabilities.threads < threads) {
    const has = backend.capabilities.threads;
    await backend.dispose();
    throw new UsageError(
      `--threads ${threads}: backend ${backend.name} runs on ${has} here. Give ${has} or fewer.`,
    );
  }
  return backend;
}

async function importBackend(path: string): Promise<CreateBackend> {
  const looksLikePath = /[/\\.]/.test(path);
  if (!looksLikePath) {
    const names = Object.keys(builtIn);
    throw new UsageError(
      `--backend ${path}: there is no such backend.${suggestion(path, names)} ` +
        `Give ${names.join(", ")}, or the path of a module that exports one: ./my-backend.js`,
    );
  }
  const file = resolve(path);
  await access(file).catch(() => {
    throw new WorkError(`--backend ${path}: there is no file ${file}.`);
  });
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href).catch(
    (cause: unknown) => {
      throw new WorkError(`--backend ${path}: the module cannot be loaded: ${String(cause)}`, { cause });
    },
  );
  const create =
    module.createBackend ?? Object.entries(module).find(([name]) => /^create\w*Backend$/.test(name))?.[1];
  if (typeof create === "function") return create as CreateBackend;
  if (isBackend(module.backend)) {
    const { backend } = module;
    return () => backend;
  }
  throw new WorkError(
    `--backend ${path}: the module exports no backend, but ${Object.keys(module).join(", ") || "nothing"}. ` +
      "It should export createBackend(options), which returns one.",
  );
}

function isBackend(value: unknown): value is Backend {
  return typeof value === "object" && value !== null && "kernels" in value && "alloc" in value;
}
