import type { Prepare } from "../../src/programs/protocol.ts";

/** A program for tests: every case gives the number of threads. */
export const prepare: Prepare<object> = async (_, { threads }) => ({
  version: "1",
  dtype: "float32",
  run: async () => ({ value: threads, proof: [1] }),
});
