import type { Inspected } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import type { DashboardState } from "../state.ts";
import { type MathChoice, wayOf } from "./choice.ts";
import type { Scene } from "./page.ts";

/** Steps a second up to which trials are made while the run goes. */
const calmPace = 5;

type Watched = Pick<DashboardState, "inspected" | "step" | "status" | "pace" | "info">;

/** What the pages show of a run; nothing as long as no step of it was looked at. */
export function sceneOf(state: Watched, choice: MathChoice): Scene | undefined {
  const { inspected, info } = state;
  return info === undefined || isAhead(state)
    ? undefined
    : sceneIn(inspected, info, choice, isCalm(state.status, state.pace));
}

/** The same of what was looked at. */
export function sceneIn(
  { anatomy, check, rates }: Inspected,
  info: RunInfo,
  choice: MathChoice,
  calm: boolean,
): Scene | undefined {
  if (anatomy === undefined) return undefined;
  return {
    anatomy,
    info,
    choice,
    way: wayOf(anatomy, choice.way),
    check: check?.step === anatomy.step ? check : undefined,
    rates: rates?.step === anatomy.step ? rates : undefined,
    isCalm: calm,
  };
}

/** Whether the step that was looked at lies ahead: after a way back it was never taken. */
export function isAhead({ inspected, step }: Pick<Watched, "inspected" | "step">): boolean {
  return inspected.anatomy !== undefined && inspected.anatomy.step > step;
}

/** Whether the run goes slowly enough for trials on its steps. */
export function isCalm(status: Watched["status"], pace: Watched["pace"]): boolean {
  return status !== "running" || (pace !== "full" && pace <= calmPace);
}
