import type { Placement } from "../programs/protocol.ts";

/** How to start a process that talks the protocol of `programs/protocol.ts`. */
export interface Program {
  readonly command: string;
  readonly args: readonly (string | URL)[];
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

// Once built, everything is .js; from the sources, the packages' sources are wanted as well.
const extension = import.meta.url.slice(-3);
const conditions = extension === ".ts" ? ["--conditions=@gradwerk/source"] : [];

/** Starts a JavaScript module that exports `prepare`, in this Node. */
export function nodeProgram(module: URL, { backend, threads }: Placement): Program {
  const host = new URL(`../programs/host${extension}`, import.meta.url);
  return { command: process.execPath, args: [...conditions, host, module.href, backend, `${threads}`] };
}
