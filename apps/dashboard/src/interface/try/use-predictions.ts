import { useEffect, useRef } from "react";
import type { RunInfo } from "../../run/protocol.ts";
import type { RunStore } from "../run-store.ts";
import type { DashboardState } from "../state.ts";
import type { View } from "../view.ts";
import { padSide } from "./drawing-pad.ts";

/** Least milliseconds until a picture is shown again to a network that has learned meanwhile. */
const againAfter = 250;

/** What was asked last. */
interface Asked {
  readonly id: number;
  readonly info: RunInfo;
  readonly attempt: View["attempt"];
  readonly step: number;
  readonly at: number;
}

/**
 * Asks the network for what it says about the drawing or test image, whenever that changes, and again as it learns.
 * One question at a time: while an answer is on its way strokes are collected, so that a slow network never gets a queue.
 */
export function usePredictions(
  { send }: RunStore,
  state: DashboardState,
  view: View,
  isShown: boolean,
): void {
  const last = useRef<Asked | undefined>(undefined);
  const { info, step, status, inspected } = state;
  const { attempt } = view;
  const answered = inspected.prediction?.id;
  useEffect(() => {
    if (!isShown || info === undefined) return;
    const asked = last.current;
    // A run that began anew forgets what it was asked.
    const isOpen = asked !== undefined && asked.info === info && asked.id !== answered;
    if (isOpen) return;
    const isNew = asked === undefined || asked.info !== info || asked.attempt !== attempt;
    const isOld = asked !== undefined && asked.step !== step;
    const isRested = status !== "running" || performance.now() - (asked?.at ?? 0) >= againAfter;
    if (!isNew && !(isOld && isRested)) return;
    const id = (asked?.id ?? 0) + 1;
    last.current = { id, info, attempt, step, at: performance.now() };
    if (attempt.testImage !== undefined) send({ type: "predictTest", id, index: attempt.testImage });
    else {
      const { pixels } = attempt.drawing;
      send({ type: "predict", id, rows: padSide, columns: padSide, pixels, isDrawing: true });
    }
  }, [send, isShown, info, step, status, attempt, answered]);
}
