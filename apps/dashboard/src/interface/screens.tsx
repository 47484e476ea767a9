import type { ReactNode } from "react";
import type { MouseReport } from "../mouse/reports.ts";
import type { Interest } from "../run/inspection.ts";
import { CompareScreen } from "./compare/compare-screen.tsx";
import { chooseWithMouse } from "./data/data-mouse.ts";
import { DataScreen } from "./data/data-screen.tsx";
import type { KeyContext, ScreenName } from "./keys.ts";
import { choosePageWithMouse } from "./math/math-mouse.ts";
import { MathScreen } from "./math/math-screen.tsx";
import { NetworkScreen } from "./network/network-screen.tsx";
import { ResultsScreen } from "./results/results-screen.tsx";
import type { ScreenProps } from "./screen-props.ts";
import { TrainScreen } from "./train/train-screen.tsx";
import { drawWithMouse } from "./try/try-mouse.ts";
import { TryScreen } from "./try/try-screen.tsx";

/** A screen of the dashboard. Its number is also its key. */
export interface Screen extends ScreenName {
  readonly component: (props: ScreenProps) => ReactNode;
  /** What the run is asked to tell while the screen is shown. */
  readonly interest?: Interest;
  /**
   * Does what the mouse does here, and says whether it meant anything; if not, the wheel scrolls. Columns and rows of the
   * report are the screen's, of the size `room`; moves and the end of a press may lie outside.
   */
  readonly mouse?: (
    report: MouseReport,
    context: KeyContext,
    room: { readonly width: number; readonly height: number },
  ) => boolean;
}

const rows: readonly Omit<Screen, "number">[] = [
  { name: "Train", component: TrainScreen },
  { name: "Network", component: NetworkScreen, interest: "network" },
  { name: "Math", component: MathScreen, interest: "math", mouse: choosePageWithMouse },
  { name: "Data", component: DataScreen, mouse: chooseWithMouse },
  { name: "Results", component: ResultsScreen, interest: "results" },
  { name: "Try", component: TryScreen, mouse: drawWithMouse },
  { name: "Compare", component: CompareScreen },
];

/** All screens, numbered in their order; a further one is a further row. */
export const screens: readonly Screen[] = rows.map((row, place) => ({ number: place + 1, ...row }));
