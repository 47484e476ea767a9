import type { DashboardState } from "../state.ts";
import { type MathChoice, wayOf } from "./choice.ts";
import type { Scene } from "./page.ts";

/** Steps a second up to which trials are made while the run goes. */
const calmPace = 5;

/** What the pages show of a run; nothing as long as no step of it was looked at. */
export function sceneOf(
  {
    inspected,
    step,
    status,
    pace,
    info,
  }: Pick<DashboardState, "inspected" | "step" | "status" | "pace" | "info">,
  choice: MathChoice,
): Scene | undefined {
  const { anatomy, check, rates } = inspected;
  // After a way back to the first step that which was looked at never was.
  if (info === undefined || anatomy === undefined || anatomy.step > step) return undefined;
  return {
    anatomy,
    info,
    choice,
    way: wayOf(anatomy, choice.way),
    check: check?.step === anatomy.step ? check : undefined,
    rates: rates?.step === anatomy.step ? rates : undefined,
    isCalm: isCalm(status, pace),
  };
}

function isCalm(status: DashboardState["status"], pace: DashboardState["pace"]): boolean {
  return status !== "running" || (pace !== "full" && pace <= calmPace);
}
