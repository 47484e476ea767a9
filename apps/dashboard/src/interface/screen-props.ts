import type { RunInfo } from "../run/protocol.ts";
import type { DashboardState } from "./state.ts";
import type { View } from "./view.ts";

/** What a screen gets: the run, what the person looks at, and the room in cells, which it must not exceed. */
export interface ScreenProps {
  readonly state: DashboardState;
  readonly info: RunInfo;
  readonly view: View;
  readonly width: number;
  readonly height: number;
}
