import { formatCount } from "../../drawing/format.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { classNamesOf } from "../class-names.ts";

/** The screen Data in sentences. */
export function dataWords(info: RunInfo): string[] {
  const counts = info.classCounts.map(
    (count, label) => `${info.labelNames[label] ?? label}: ${formatCount(count)}`,
  );
  return [
    `${info.dataSet} from ${info.dataSource}. The run learns from ${formatCount(info.trainCount)} images and is tested on ${formatCount(info.testCount)}.`,
    `Its classes: ${classNamesOf(info).join(", ")}.`,
    `Images of each class in the whole training file: ${counts.join(", ")}.`,
  ];
}
