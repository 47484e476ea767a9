import { useEffect, useRef } from "react";
import type { BackendChoice } from "../run/backend-comparison.ts";
import type { Interest } from "../run/inspection.ts";
import { useImages } from "./data/use-images.ts";
import { useTrials } from "./math/use-trials.ts";
import type { RunStore } from "./run-store.ts";
import type { DashboardState } from "./state.ts";
import { usePredictions } from "./try/use-predictions.ts";
import type { View } from "./view.ts";
import { screenOf } from "./vocabulary.ts";

/** Asks the run for what the screen that is looked at shows, and for the comparison that the dashboard opens with. */
export function useWishes(
  store: RunStore,
  state: DashboardState,
  view: View,
  compareWith: BackendChoice | undefined,
): void {
  const screen = screenOf(view);
  const isReady = state.info !== undefined;
  useInterest(store, screen?.interest ?? null, isReady);
  useComparison(store, isReady, compareWith);
  usePredictions(store, state, view, screen?.name === "Try");
  useImages(store, state, view, screen?.name === "Data");
  useTrials(store, state, view, screen?.name === "Math");
}

/** Tells the run what the screen wants to be told, as soon as there is a run and whenever that changes. */
function useInterest({ send }: RunStore, interest: Interest | null, isReady: boolean): void {
  const told = useRef<Interest | null>(null);
  useEffect(() => {
    // Before the run is set up nobody hears.
    if (!isReady || interest === told.current) return;
    told.current = interest;
    send({ type: "interest", interest });
  }, [send, interest, isReady]);
}

/** Begins the comparison that the dashboard opens with, as soon as the run is ready. */
function useComparison({ send }: RunStore, isReady: boolean, compareWith: BackendChoice | undefined): void {
  useEffect(() => {
    if (isReady && compareWith !== undefined) send({ type: "compare", other: compareWith });
  }, [send, isReady, compareWith]);
}
