/**
 * Loading backends by name or path, for commands that work with anybody's.
 *
 * @module
 */
import { access } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Backend, BackendOptions, CreateBackend, Kernels } from "@gradwerk/tensor/backend";
import { TestkitError } from "./errors.ts";
import { kernelNames } from "./kernel-call.ts";

export { TestkitError, type TestkitErrorCode } from "./errors.ts";

/**
 * What makes the backends of a module. A module exports `createBackend` (see `CreateBackend` at the seam), or one
 * function named like `createCpuBackend`, or a finished `backend`.
 *
 * @param module the path of a file, or the name of a package that is installed in or above the working directory
 * @throws TestkitError `backend-module` when there is no such module, it cannot be loaded or exports no backend
 */
export async function importBackend(module: string): Promise<CreateBackend> {
  const file = await findModule(module);
  const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href).catch(
    (cause: unknown) => {
      throw new TestkitError("backend-module", `${module}: the module cannot be loaded: ${String(cause)}`, {
        cause,
      });
    },
  );
  const create =
    exported.createBackend ?? Object.entries(exported).find(([name]) => /^create\w*Backend$/.test(name))?.[1];
  if (typeof create === "function") return create as CreateBackend;
  const { backend } = exported;
  if (typeof backend === "object" && backend !== null) return () => backend as Backend;
  throw new TestkitError(
    "backend-module",
    `${module}: the module exports no backend, but ${Object.keys(exported).join(", ") || "nothing"}. ` +
      "It should export createBackend(options), which returns one.",
  );
}

async function findModule(module: string): Promise<string> {
  if (module.startsWith(".") || module.startsWith("/") || /\.[cm]?[jt]s$/.test(module)) {
    const file = resolve(module);
    await access(file).catch(() => {
      throw new TestkitError("backend-module", `${module}: there is no file ${file}.`);
    });
    return file;
  }
  const file = installedModule(module);
  if (file !== undefined) return file;
  throw new TestkitError(
    "backend-module",
    `${module}: no package of this name is installed here. Install it, or give the path of a file, such as ./dist/index.js.`,
  );
}

/** The file that a package name stands for, where the package is installed in or above the working directory. */
export function installedModule(name: string): string | undefined {
  try {
    return createRequire(join(process.cwd(), "gradwerk.js")).resolve(name);
  } catch {
    return undefined;
  }
}

/**
 * Makes a backend and looks at what came, once, before anything relies on it.
 *
 * @param name what to call it in messages
 * @throws TestkitError `backend-incomplete` with what it lacks
 */
export async function openBackend(
  name: string,
  create: CreateBackend,
  options?: BackendOptions,
): Promise<Backend> {
  const backend: unknown = await create(options);
  const given: Partial<Backend> = typeof backend === "object" && backend !== null ? backend : {};
  const kernels: Partial<Kernels> | undefined = given.kernels;
  const missing = [
    ...(["alloc", "free", "write", "read", "memory", "dispose"] as const).filter(
      (key) => typeof given[key] !== "function",
    ),
    ...(["name", "capabilities", "kernels"] as const).filter((key) => given[key] === undefined),
    ...kernelNames
      .filter((key) => kernels !== undefined && typeof kernels[key] !== "function")
      .map((key) => `kernels.${key}`),
  ];
  if (missing.length > 0) {
    throw new TestkitError(
      "backend-incomplete",
      `${name}: what the module gives is no complete backend; it lacks ${missing.join(", ")}. ` +
        "The whole interface is in @gradwerk/tensor/backend.",
    );
  }
  if (!Array.isArray(given.capabilities?.dtypes)) {
    throw new TestkitError(
      "backend-incomplete",
      `${name}: capabilities.dtypes must list the dtypes, such as ["float32", "int32", "uint8"].`,
    );
  }
  return backend as Backend;
}
