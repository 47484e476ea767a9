import { accuracy } from "./workloads/accuracy.ts";
import { article } from "./workloads/article.ts";
import { dashboard } from "./workloads/dashboard.ts";
import { gemm } from "./workloads/gemm.ts";
import { infer } from "./workloads/infer.ts";
import { lenet } from "./workloads/lenet.ts";
import { memory } from "./workloads/memory.ts";
import { mlp } from "./workloads/mlp.ts";
import { overhead } from "./workloads/overhead.ts";
import { startup } from "./workloads/startup.ts";
import type { Workload } from "./workloads/workload.ts";

/** Every workload there is, in the order of the report. A new one is a file in `workloads/` and a line here. */
export const workloads: readonly Workload[] = [
  article,
  mlp,
  gemm,
  infer,
  lenet,
  memory,
  overhead,
  startup,
  accuracy,
  dashboard,
];
