import { useEffect, useRef } from "react";
import type { RunCommand, RunInfo } from "../../run/protocol.ts";
import type { RunStore } from "../run-store.ts";
import type { DashboardState } from "../state.ts";
import type { View } from "../view.ts";
import { followed } from "./followed.ts";
import { triedRates } from "./rates-page.ts";
import { sceneOf } from "./scene.ts";

/** Milliseconds after which an answer is waited for no longer: the run may have begun anew. */
const patience = 2000;

/** A trial that was asked for last. */
interface Asked {
  readonly info: RunInfo;
  readonly key: string;
  /** What was known then: another answer since is that to the question. */
  readonly known: unknown;
  readonly at: number;
}

/**
 * Asks for trials on the step that is shown: its slope by the number that is followed, measured, and its loss with other
 * rates. One question of each kind at a time, and none of a step that is soon gone.
 */
export function useTrials({ send }: RunStore, state: DashboardState, view: View, isShown: boolean): void {
  const check = useRef<Asked | undefined>(undefined);
  const rates = useRef<Asked | undefined>(undefined);
  useEffect(() => {
    const scene = isShown ? sceneOf(state, view.math) : undefined;
    if (scene === undefined || !scene.isCalm) return;
    const { anatomy, info } = scene;
    const ask = (
      last: { current: Asked | undefined },
      key: string,
      known: unknown,
      command: RunCommand,
    ): void => {
      const asked = last.current;
      const isOpen = asked?.info === info && asked.known === known && performance.now() - asked.at < patience;
      if (isOpen || (asked?.info === info && asked.key === key)) return;
      last.current = { info, key, known, at: performance.now() };
      send(command);
    };
    const number = followed(scene);
    if (number !== undefined) {
      const { parameter, index } = number;
      ask(check, `${anatomy.step} ${parameter} ${index}`, state.inspected.check, {
        type: "check",
        parameter,
        index,
      });
    }
    if (anatomy.learningRate > 0) {
      const learningRates = triedRates(anatomy.learningRate);
      ask(rates, `${anatomy.step}`, state.inspected.rates, { type: "tryRates", learningRates });
    }
  }, [send, isShown, state, view.math]);
}
