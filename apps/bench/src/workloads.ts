import { article } from "./workloads/article.ts";
import type { Workload } from "./workloads/workload.ts";

/** Every workload there is, in the order of the report. A new one is a file in `workloads/` and a line here. */
export const workloads: readonly Workload[] = [article];
