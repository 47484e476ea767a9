import { exitCodeOf } from "../cli/usage-error.ts";
import type { RunFailure } from "./protocol.ts";

/** An error as the event that carries it out of the worker thread, where its class is lost. */
export function failure(error: unknown): RunFailure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { type: "failed", message, exitCode: exitCodeOf(error), ...(stack === undefined ? {} : { stack }) };
}
