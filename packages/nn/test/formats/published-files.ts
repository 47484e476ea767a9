import { readFileSync } from "node:fs";
import type { StoredArrays } from "@gradwerk/nn/formats";
import { expect } from "vitest";

/** A file as NumPy or the safetensors library of Python wrote it, and what is in it. See make_array_files.py. */
export interface PublishedFile {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly arrays: Readonly<
    Record<string, { readonly shape: number[]; readonly values: (number | string)[] }>
  >;
}

export function publishedFiles(kind: "npy" | "npz" | "safetensors"): PublishedFile[] {
  const { cases } = JSON.parse(
    readFileSync(new URL("../fixtures/array-files.json", import.meta.url), "utf8"),
  );
  return cases
    .filter((each: { kind: string }) => each.kind === kind)
    .map(({ base64, ...rest }: { base64: string }) => ({
      ...rest,
      bytes: new Uint8Array(Buffer.from(base64, "base64")),
    }));
}

/** Compares to the bit; JSON has no NaN and no infinities, so that they are texts. */
export function expectArrays(arrays: StoredArrays, expected: PublishedFile["arrays"]): void {
  expect(Object.keys(arrays).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, { shape, values }] of Object.entries(expected)) {
    expect(arrays[name].shape, name).toEqual(shape);
    const numbers = values.map((value) =>
      typeof value === "string" ? Number(value.replace("inf", "Infinity")) : value,
    );
    expect([...arrays[name].values], name).toEqual(numbers);
  }
}
