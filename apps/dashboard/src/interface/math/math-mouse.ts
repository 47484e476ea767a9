import type { MouseReport } from "../../mouse/reports.ts";
import type { KeyContext } from "../keys.ts";
import { pageFrames } from "./layout.ts";
import { pageAt, pagesOf } from "./pages.ts";
import { sceneOf } from "./scene.ts";
import { pageInStrip } from "./strip.ts";

/** Goes to the page that is clicked, by its name or where it stands; the wheel moves what up and down do. */
export function choosePageWithMouse(
  { action, column, row }: MouseReport,
  { state, view, look }: KeyContext,
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  const scene = action === "press" ? sceneOf(state, view.math) : undefined;
  if (scene === undefined) return false;
  const pages = pagesOf(scene.anatomy);
  const current = pageAt(pages, view.math.page);
  const page =
    row === 0
      ? pageInStrip(pages, current, width, column)
      : pageFrames(pages.length, current, width, height).find(
          (frame) =>
            column >= frame.left &&
            column < frame.left + frame.width &&
            row >= frame.top &&
            row < frame.top + frame.height,
        )?.place;
  if (page === undefined) return false;
  look(({ math }) => ({ math: { ...math, page, line: 0 } }));
  return true;
}
