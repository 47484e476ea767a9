import { NnError } from "@gradwerk/nn";
import { expect } from "vitest";

/** Runs something that must be refused and hands out the refusal. */
export function refusalOf(work: () => unknown): NnError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(NnError);
    return error as NnError;
  }
  throw new Error("nothing was refused");
}

/** {@link refusalOf} for work that takes time. */
export async function laterRefusalOf(work: Promise<unknown>): Promise<NnError> {
  const error = await work.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NnError);
  return error as NnError;
}
