import { exitCodeOf, messageOf } from "../errors.ts";
import type { RunFailure } from "./protocol.ts";

/** An error as the event that carries it out of the worker thread, where its class is lost. */
export function failure(error: unknown): RunFailure {
  const stack = error instanceof Error ? error.stack : undefined;
  const told = { type: "failed", message: messageOf(error), exitCode: exitCodeOf(error) } as const;
  return stack === undefined ? told : { ...told, stack };
}
