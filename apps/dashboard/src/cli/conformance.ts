import { runConformanceCommand } from "@gradwerk/backend-testkit/command";
import type { FloatType } from "../run/config.ts";
import { findBackend } from "../run/load-backend.ts";

/** The flags of `gradwerk conformance`. */
export interface ConformanceFlags {
  readonly backend: string;
  readonly dtype?: FloatType;
  readonly threads?: number;
  readonly cases?: string;
  readonly only?: string;
  readonly json?: boolean;
  readonly bench?: boolean;
}

/** `gradwerk conformance`: the conformance kit on a backend. Resolves to the exit code. */
export async function conformanceCommand({ backend, ...flags }: ConformanceFlags): Promise<number> {
  const create = await findBackend(backend);
  return runConformanceCommand(
    { name: `--backend ${backend}`, create, ...flags },
    {
      out: (text) => process.stdout.write(text),
      ...(process.stderr.isTTY ? { progress: (text: string) => process.stderr.write(text) } : {}),
    },
  );
}
