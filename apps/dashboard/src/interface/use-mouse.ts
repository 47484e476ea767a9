import { useEffect, useEffectEvent } from "react";
import type { MouseKeyboard } from "../mouse/keyboard.ts";
import type { MouseReport } from "../mouse/reports.ts";

/** Calls `act` for whatever is done with the mouse, where the terminal reports it. */
export function useMouse(
  subscribe: MouseKeyboard["subscribe"] | undefined,
  act: (report: MouseReport) => void,
): void {
  const tell = useEffectEvent(act);
  useEffect(() => subscribe?.((report) => tell(report)), [subscribe]);
}
