import type { Tensor } from "@gradwerk/tensor";
import { everyOp } from "./every-op.ts";

/** The free function of this name, for tests that go through many ops alike. */
export function opNamed(name: string): (...inputs: unknown[]) => Tensor {
  const op: unknown = Reflect.get(everyOp, name);
  if (typeof op !== "function") throw new Error(`no op is called ${name}`);
  return (...inputs) => op(...inputs);
}
