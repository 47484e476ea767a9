import * as ops from "@gradwerk/tensor";

/** The free function of this name, for tests that go through many ops alike. */
export function opNamed(name: string): (...inputs: unknown[]) => ops.Tensor {
  const op: unknown = Reflect.get(ops, name);
  if (typeof op !== "function") throw new Error(`no op is called ${name}`);
  return (...inputs) => op(...inputs);
}
