import type { RunInfo } from "../../run/protocol.ts";
import { pageAt, pagesOf } from "../math/pages.ts";
import { sceneOf } from "../math/scene.ts";
import type { DashboardState } from "../state.ts";
import type { View } from "../view.ts";
import { readableLines } from "./readable-lines.ts";

/** Room for a page: so wide that formulas stay in one line, so low that it draws no picture. */
const room = { width: 110, height: 15, level: "none" } as const;

/** The chosen page of the screen Math: its words, formulas and numbers. */
export function mathWords(state: DashboardState, info: RunInfo, view: View): string[] {
  const { status, step, pace, inspected } = state;
  const scene = sceneOf({ status, step, pace, inspected, info }, view.math);
  if (scene === undefined) return ["A step is taken apart here once one was taken. A point takes one."];
  const pages = pagesOf(scene.anatomy);
  const place = pageAt(pages, scene.choice.page);
  const page = pages[place];
  if (page === undefined) return [];
  return [
    `Step ${scene.anatomy.step} taken apart, page ${place + 1} of ${pages.length}: ${page.title}.`,
    ...readableLines(page.draw(scene, room)),
  ];
}
