import type { MouseReport } from "../../mouse/reports.ts";
import type { KeyContext } from "../keys.ts";
import { imageCount } from "./data-images.ts";
import { dataLayout, firstShown, sheetPlaces, sheetSide } from "./data-layout.ts";

/** A click chooses an image, and shows the one that is chosen large; another click leaves it. */
export function chooseWithMouse(
  { action, column, row }: MouseReport,
  { state: { info }, view, look }: KeyContext,
  room: { readonly width: number; readonly height: number },
): boolean {
  if (action !== "press" || info === undefined) return false;
  const { isLarge, chosenImage, sheet } = view;
  if (isLarge) {
    look(() => ({ isLarge: false }));
    return true;
  }
  const layout = dataLayout(room.width, room.height);
  for (const { choice, left, top } of sheetPlaces(layout, room, sheet)) {
    const across = Math.floor((column - left) / layout.size);
    const down = Math.floor((2 * (row - top)) / layout.size);
    const isOnSheet = across >= 0 && across < sheetSide && down >= 0 && down < layout.rowsShown;
    const place = firstShown(chosenImage[choice], layout) + down * sheetSide + across;
    if (!isOnSheet || place >= imageCount(info, choice)) continue;
    const wasChosen = choice === sheet && place === chosenImage[choice];
    look(() => ({ sheet: choice, chosenImage: { ...chosenImage, [choice]: place }, isLarge: wasChosen }));
    return true;
  }
  return false;
}
