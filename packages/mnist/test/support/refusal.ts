import { MnistError } from "@gradwerk/mnist";
import { expect } from "vitest";

/** Runs something that must be refused and hands out the refusal. */
export function refusalOf(work: () => unknown): MnistError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(MnistError);
    return error as MnistError;
  }
  throw new Error("nothing was refused");
}

/** {@link refusalOf} for work that takes time. */
export async function laterRefusalOf(work: Promise<unknown>): Promise<MnistError> {
  const error = await work.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MnistError);
  return error as MnistError;
}
