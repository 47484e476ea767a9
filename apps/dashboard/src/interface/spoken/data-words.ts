import { formatCount } from "../../drawing/format.ts";
import type { Inspected } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { classNamesOf } from "../class-names.ts";
import { imageCount, imagesFrom, imageWords, sheetName } from "../data/data-images.ts";
import type { View } from "../view.ts";

/** Characters that name the chosen classes. */
const longestName = 200;

/** The screen Data in sentences: the set, its classes, and the chosen image, of one that is large its values. */
export function dataWords(
  info: RunInfo,
  images: Inspected["images"],
  { sheet, chosenImage, isLarge }: View,
): string[] {
  const counts = info.classCounts.map(
    (count, label) => `${info.labelNames[label] ?? label}: ${formatCount(count)}`,
  );
  const place = chosenImage[sheet];
  const count = formatCount(imageCount(info, sheet));
  return [
    `${info.dataSet} from ${info.dataSource}. The run learns from ${formatCount(info.trainCount)} images and is tested on ${formatCount(info.testCount)}.`,
    `Its classes: ${classNamesOf(info).join(", ")}.`,
    `Images of each class in the whole training file: ${counts.join(", ")}.`,
    `Chosen of ${count} images of ${sheetName(info, sheet, longestName)}: ${imageWords(info, images, sheet, place)}.`,
    ...(isLarge ? valueWords(imagesFrom(info, images, sheet, place, 1)) : []),
  ];
}

function valueWords({ rows, columns, pixels, count }: ReturnType<typeof imagesFrom>): string[] {
  if (count === 0) return [];
  const lines = Array.from({ length: rows }, (_, row) => {
    const values = pixels.subarray(row * columns, (row + 1) * columns);
    const isBlack = values.every((value) => value === 0);
    return `Row ${row + 1}: ${isBlack ? "black" : Array.from(values).join(" ")}.`;
  });
  return ["Its pixels from 0, black, to 255, white:", ...lines];
}
