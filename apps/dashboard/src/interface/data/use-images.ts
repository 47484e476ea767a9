import { useEffect, useRef } from "react";
import type { RunInfo } from "../../run/protocol.ts";
import type { RunStore } from "../run-store.ts";
import type { DashboardState } from "../state.ts";
import type { View } from "../view.ts";
import { pageFrom } from "./data-images.ts";

/** Asks the run for the images around those that are chosen, whenever they are others than those it told last. */
export function useImages({ send }: RunStore, { info }: DashboardState, view: View, isShown: boolean): void {
  const asked = useRef<{ readonly info: RunInfo; readonly key: string } | undefined>(undefined);
  const all = pageFrom(view.chosenImage.all);
  const chosen = pageFrom(view.chosenImage.chosen);
  useEffect(() => {
    const key = `${all} ${chosen}`;
    if (!isShown || info === undefined || (asked.current?.info === info && asked.current.key === key)) return;
    asked.current = { info, key };
    send({ type: "images", from: { all, chosen } });
  }, [send, info, isShown, all, chosen]);
}
