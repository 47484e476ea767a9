import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { Backend, BackendOptions, CreateBackend, Kernels } from "@gradwerk/tensor/backend";
import { suggestion, UsageError, WorkError } from "../errors.ts";

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
  checkBackend(name, backend);
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
  const { backend } = module;
  if (typeof backend === "object" && backend !== null) return () => backend as Backend;
  throw new WorkError(
    `--backend ${path}: the module exports no backend, but ${Object.keys(module).join(", ") || "nothing"}. ` +
      "It should export createBackend(options), which returns one.",
  );
}

/** A module may be of any making: what it gave is looked at once, before anything relies on it. */
function checkBackend(name: string, backend: unknown): void {
  const given: Partial<Backend> = typeof backend === "object" && backend !== null ? backend : {};
  const { capabilities } = given;
  const kernels: Partial<Kernels> | undefined = given.kernels;
  // The reference has every required kernel: the compiler sees to it.
  const requiredKernels = Object.keys(createCpuBackend().kernels) as (keyof Kernels)[];
  const missing = [
    ...(["alloc", "free", "write", "read", "memory", "dispose"] as const).filter(
      (key) => typeof given[key] !== "function",
    ),
    ...(["name", "capabilities", "kernels"] as const).filter((key) => given[key] === undefined),
    ...requiredKernels
      .filter((key) => kernels !== undefined && typeof kernels[key] !== "function")
      .map((key) => `kernels.${key}`),
  ];
  if (missing.length > 0) {
    throw new WorkError(
      `--backend ${name}: what the module gives is no complete backend; it lacks ${missing.join(", ")}. ` +
        "The whole interface is in @gradwerk/tensor/backend.",
    );
  }
  if (!Array.isArray(capabilities?.dtypes)) {
    throw new WorkError(
      `--backend ${name}: capabilities.dtypes must list the dtypes, such as ["float32", "int32", "uint8"].`,
    );
  }
}
