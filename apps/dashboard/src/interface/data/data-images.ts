import type { Images } from "../../drawing/contact-sheet.ts";
import { formatCount } from "../../drawing/format.ts";
import type { ImagePage, Inspected } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { areDigits, chosenInWords, shortName } from "../class-names.ts";
import type { SheetChoice } from "../view.ts";

/** Images of a sheet of ten by ten. */
export const sheetImages = 100;

/** How many images there are: in the training file, or of the chosen classes in it. */
export function imageCount({ classCounts, digits }: RunInfo, choice: SheetChoice): number {
  const counts = choice === "all" ? classCounts : digits.map((label) => classCounts[label] ?? 0);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Where to ask from, so that a hundred images before and after the one at `place` are known too. */
export function pageFrom(place: number): number {
  return Math.max(0, Math.floor(place / sheetImages) * sheetImages - sheetImages);
}

/** Images on a sheet, and what they are labelled. */
export interface SheetPart extends Images {
  readonly labels: Uint8Array;
}

/** The images from one position to another, as far as they are known: what is on its way is blank, without a label. */
export function imagesFrom(
  info: RunInfo,
  images: Inspected["images"],
  choice: SheetChoice,
  from: number,
  most: number,
): SheetPart {
  const first: ImagePage = { from: 0, sheet: info.sheets[choice] };
  const page = [images?.[choice], first].find((known) => known !== undefined && holds(known, from));
  const { rows, columns } = info.sheets[choice];
  if (page === undefined) {
    return { rows, columns, count: 0, pixels: new Uint8Array(), labels: new Uint8Array() };
  }
  const { sheet } = page;
  const start = from - page.from;
  const end = Math.min(start + most, sheet.count);
  const area = rows * columns;
  return {
    rows,
    columns,
    count: end - start,
    pixels: sheet.pixels.subarray(start * area, end * area),
    labels: sheet.labels.subarray(start, end),
  };
}

/** Which image is at a position and what it shows, as far as that is known: `image 12: a 9`. */
export function imageWords(
  info: RunInfo,
  images: Inspected["images"],
  choice: SheetChoice,
  place: number,
): string {
  const [label] = imagesFrom(info, images, choice, place, 1).labels;
  const words = `image ${formatCount(place)}`;
  if (label === undefined) return words;
  const name = info.labelNames[label] ?? String(label);
  return `${words}: ${areDigits(info) ? `a ${name}` : shortName(name, longestName)}`;
}

/** Characters of a class's name beside the number of an image. */
const longestName = 12;

/** What the images of a sheet are, in at most so many characters. */
export function sheetName(info: RunInfo, choice: SheetChoice, most: number): string {
  if (choice === "chosen") return chosenInWords(info, most);
  return areDigits(info) ? "all digits" : `all of ${info.dataSet}`;
}

function holds({ from, sheet }: ImagePage, place: number): boolean {
  return place >= from && place < from + sheet.count;
}
