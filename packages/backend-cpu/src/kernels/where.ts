import type { Kernels } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";
import { forEachRow } from "./for-each-row.ts";

/** `out = condition ? a : b` */
export const where: Kernels["where"] = ([out], [condition, a, b]) => {
  const to = arrayOf(out);
  const holds = arrayOf(condition);
  const yes = arrayOf(a);
  const no = arrayOf(b);
  forEachRow([out, condition, a, b], (count, [o, c, i, j], [outStep, conditionStep, yesStep, noStep]) => {
    for (let n = 0; n < count; n++) {
      to[o + n * outStep] = holds[c + n * conditionStep] ? yes[i + n * yesStep] : no[j + n * noStep];
    }
  });
};
