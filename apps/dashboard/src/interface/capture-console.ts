import { format } from "node:util";

const methods = ["log", "info", "debug", "warn", "error", "trace"] as const;

/**
 * Hands what is printed through `console` to `say` instead, so that a stray print lands in the log and not across
 * the picture. The function that comes back ends that.
 */
export function captureConsole(say: (message: string) => void): () => void {
  const original = methods.map((method) => ({ method, print: console[method] }));
  for (const method of methods) {
    console[method] = (...values: unknown[]) => say(format(...values));
  }
  return () => {
    for (const { method, print } of original) console[method] = print;
  };
}
