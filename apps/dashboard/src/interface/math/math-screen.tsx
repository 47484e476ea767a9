import { Box } from "ink";
import { type ReactNode, use, useMemo } from "react";
import { palette } from "../../drawing/color.ts";
import { panel } from "../../drawing/panel.ts";
import { bold, faint, fitLine, type Line, span, wrapWords } from "../../drawing/styled-line.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import type { ScreenProps } from "../screen-props.ts";
import { ColorLevelContext, Lines } from "../theme.tsx";
import { pageFrames } from "./layout.ts";
import type { MathPage, Scene } from "./page.ts";
import { pageAt, pagesOf } from "./pages.ts";
import { isAhead, isCalm, sceneIn } from "./scene.ts";
import { stripLine } from "./strip.ts";

/** The screen Math: the last step taken apart, page by page. */
export function MathScreen({ state, info, view, width, height }: ScreenProps): ReactNode {
  const level = use(ColorLevelContext);
  const { status, pace, inspected } = state;
  const [ahead, calm] = [isAhead(state), isCalm(status, pace)];
  // The step of the run goes on many times between two looks.
  const scene = useMemo(
    () => (ahead ? undefined : sceneIn(inspected, info, view.math, calm)),
    [ahead, inspected, info, view.math, calm],
  );
  const lines = useMemo(
    () =>
      scene === undefined
        ? placeholder(status === "running", { width, height, level })
        : mathLines(scene, status === "running", { width, height, level }),
    [scene, status, width, height, level],
  );
  return (
    <Box flexDirection="column" width={width}>
      <Lines lines={lines} />
    </Box>
  );
}

/** The screen's lines: where one is, and as many pages as there is room for. */
export function mathLines(scene: Scene, isRunning: boolean, { width, height, level }: ScreenRoom): Line[] {
  const pages = pagesOf(scene.anatomy);
  const current = pageAt(pages, scene.choice.page);
  const frames = pageFrames(pages.length, current, width, height);
  const rows: Line[] = Array.from({ length: height }, () => []);
  rows[0] = stripLine(pages, current, scene, isRunning, width);
  for (const frame of frames) {
    const { place, top } = frame;
    const isCurrent = place === current;
    const lines = pagePanel(
      pages[place],
      scene,
      { isCurrent, isAlone: frames.length === 1 },
      { ...frame, level },
    );
    for (const [row, line] of lines.entries()) rows[top + row] = [...rows[top + row], ...line];
  }
  return rows.map((row) => fitLine(row, width));
}

function pagePanel(
  page: MathPage,
  scene: Scene,
  { isCurrent, isAlone }: { readonly isCurrent: boolean; readonly isAlone: boolean },
  { width, height, level }: ScreenRoom,
): Line[] {
  const style = isCurrent ? { bold: true, foreground: palette.accent } : bold;
  const title: Line = [span(isCurrent && !isAlone ? `▶ ${page.title}` : page.title, style)];
  const hint = isCurrent ? hintOf(page) : "";
  const lines = page.draw(scene, { width: width - 4, height: height - 2, level });
  return panel({ title, ...(hint !== "" && { note: [span(hint, faint)] }), width, height }, lines);
}

/** `↓↑ unit  [ ] pixel`: what keys choose on a page. */
function hintOf({ down, across }: MathPage): string {
  const parts = [down && `↓↑ ${down.word}`, across && `[ ] ${across.word}`];
  return parts.filter((part) => part !== undefined).join("  ");
}

function placeholder(isRunning: boolean, { width, height }: ScreenRoom): Line[] {
  const texts = isRunning
    ? ["The first step is under way: its numbers come at once."]
    : [
        "No step has been taken here yet, so there is nothing to take apart.",
        "Press . to take one step, or space to let the run go on.",
      ];
  return panel(
    { title: [span("one step, taken apart", bold)], width, height },
    texts.flatMap((text) => wrapWords(text, width - 4).map((words): Line => [span(words)])),
  );
}
