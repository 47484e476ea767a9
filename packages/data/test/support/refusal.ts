import { DataError } from "@gradwerk/data";
import { expect } from "vitest";

/** Runs something that must be refused and hands out the refusal. */
export function refusalOf(work: () => unknown): DataError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  }
  throw new Error("nothing was refused");
}

/** {@link refusalOf} for work that takes time. */
export async function laterRefusalOf(work: Promise<unknown>): Promise<DataError> {
  const error = await work.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error as DataError;
}
