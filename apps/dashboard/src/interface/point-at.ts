import type { MouseReport } from "../mouse/reports.ts";
import { keyInFooter } from "./footer-hints.ts";
import { frameRows, rowsAbove, screenInHeader } from "./frame.tsx";
import type { KeyBinding, KeyContext } from "./keys.ts";
import { type Screen, screens } from "./screens.tsx";

/** What the mouse points at. */
export interface Pointed {
  readonly context: KeyContext;
  readonly press: (key: string) => void;
  /** Whether a text is being typed, or chosen from a list. */
  readonly isTyping: boolean;
  readonly footerKeys: readonly KeyBinding[];
  /** The screen that is shown, where it has its own content. */
  readonly screen: Screen | undefined;
  /** Size of the dashboard in cells. */
  readonly width: number;
  readonly height: number;
}

/**
 * Does what a report of the mouse means: a click on a tab shows its screen, one on a key in the footer presses it; the rest
 * is the screen's, or scrolls.
 */
export function pointAt(report: MouseReport, pointed: Pointed): void {
  const { context, press, isTyping, footerKeys, screen, width, height } = pointed;
  const { action, column, row } = report;
  const { view, state } = context;
  const isPress = action === "press";
  if (isTyping) scroll(report, press);
  else if (isPress && view.help) press("?");
  else if (isPress && row === 0) pressIfAny(screenInHeader(screens, view.screen, width, column), press);
  else if (isPress && row === height - 1) pressIfAny(keyInFooter(footerKeys, width, column), press);
  else if (screen !== undefined && state.info !== undefined) {
    const room = { width, height: height - frameRows };
    const isTaken = screen.mouse?.({ ...report, row: row - rowsAbove }, context, room) ?? false;
    if (!isTaken) scroll(report, press);
  }
}

function pressIfAny(key: string | number | undefined, press: (key: string) => void): void {
  if (key !== undefined) press(String(key));
}

function scroll({ action }: MouseReport, press: (key: string) => void): void {
  if (action === "wheelUp") press("up");
  if (action === "wheelDown") press("down");
}
