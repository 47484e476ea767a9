import type { ReactNode } from "react";
import { DataScreen } from "./data-screen.tsx";
import type { ScreenName } from "./keys.ts";
import type { ScreenProps } from "./screen-props.ts";
import { TrainScreen } from "./train-screen.tsx";

/** A screen of the dashboard. Its number is also its key. */
export interface Screen extends ScreenName {
  readonly component: (props: ScreenProps) => ReactNode;
}

/** All screens; a further one is a further row. */
export const screens: readonly Screen[] = [
  { number: 1, name: "Train", component: TrainScreen },
  { number: 2, name: "Data", component: DataScreen },
];
