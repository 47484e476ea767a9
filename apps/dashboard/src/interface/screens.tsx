import type { ReactNode } from "react";
import type { RunInfo } from "../run/protocol.ts";
import { DataScreen } from "./data-screen.tsx";
import type { ScreenName } from "./keys.ts";
import type { DashboardState } from "./state.ts";
import { TrainScreen } from "./train-screen.tsx";
import type { View } from "./view.ts";

/** What a screen gets: the run, what the person looks at, and the room in cells, which it must not exceed. */
export interface ScreenProps {
  readonly state: DashboardState;
  readonly info: RunInfo;
  readonly view: View;
  readonly width: number;
  readonly height: number;
}

/** A screen of the dashboard. Its number is also its key. */
export interface Screen extends ScreenName {
  readonly component: (props: ScreenProps) => ReactNode;
}

/** All screens; a further one is a further row. */
export const screens: readonly Screen[] = [
  { number: 1, name: "Train", component: TrainScreen },
  { number: 2, name: "Data", component: DataScreen },
];
