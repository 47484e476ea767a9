import type { Backend } from "@gradwerk/tensor/backend";
import { type ConformanceCase, failed, passed, skipped, type Verdict } from "../conformance-case.ts";
import { runCall } from "../kernel-call.ts";
import { callGroups, nameOf } from "./kernels.ts";

const summing: readonly string[] = ["reduce", "matmul", "scatterAddRows"];

/** The order of a sum depends on shapes only: the same numbers give the same bits on any number of threads. */
export const threadCases: readonly ConformanceCase[] = [
  {
    section: "kernels",
    name: "sums have the same bits on one thread as on several",
    op: "threads",
    run: async (subject) => {
      const { threads } = subject.backend.capabilities;
      if (threads === 1) return skipped("the backend runs on one thread");
      const alone = await subject.create({ threads: 1 });
      try {
        return await compareBits(subject.backend, alone);
      } finally {
        await alone.dispose();
      }
    },
  },
];

async function compareBits(backend: Backend, alone: Backend): Promise<Verdict> {
  const groups = callGroups.filter(
    ({ kernel, dtype }) => summing.includes(kernel) && backend.capabilities.dtypes.includes(dtype),
  );
  for (const group of groups) {
    for (const [label, call] of group.calls()) {
      const [{ out: many }, { out: one }] = [await runCall(backend, call), await runCall(alone, call)];
      const place = one.findIndex((value, i) => !Object.is(value, many[i]));
      if (place < 0) continue;
      return failed(
        `${nameOf(group)}, ${label}: element ${place} is ${many[place]} on ${backend.capabilities.threads} threads and ${one[place]} on one`,
      );
    }
  }
  return passed;
}
