import type { Ground } from "../drawing/color.ts";
import type { BackendChoice } from "../run/backend-comparison.ts";
import { initialMathChoice, type MathChoice } from "./math/choice.ts";
import { type Drawing, emptyDrawing } from "./try/drawing-pad.ts";

/** Which sheet of digits the data screen shows where there is room for one only. */
export type SheetChoice = "all" | "chosen";

/** A value that is being typed, in the last row. */
export interface Prompt {
  readonly for: "learningRate" | "testImage" | "step" | "picture" | "image" | "module";
  readonly text: string;
  /** Why the text was not taken. */
  readonly complaint?: string;
}

/** A command that is being typed after `:`. */
export interface CommandLine {
  readonly text: string;
  /** Place of the chosen one among the commands that fit. */
  readonly chosen: number;
  /** Why it was not done. */
  readonly complaint?: string;
}

/** The options of the run, and the one that is being changed. */
export interface SettingsView {
  /** Place of the chosen option. */
  readonly chosen: number;
  /** Its new value, while that is typed. */
  readonly text?: string;
  /** Why the value was not taken. */
  readonly complaint?: string;
  /** Whether the run is to begin again is being asked. */
  readonly asks?: boolean;
}

/** What somebody wants to hear about from the network: a drawing, or a test image in its place. */
export interface Attempt {
  readonly drawing: Drawing;
  /** Position in the test slice. */
  readonly testImage?: number;
}

/** What is looked at on the screen Network; counted on without end. */
export interface NetworkChoice {
  /** From the image on. Default: the first layer whose weights are pictures. */
  readonly layer?: number;
  /** The unit, from the first one of so many pages of them. */
  readonly unit: number;
  readonly page: number;
  /** Weights, activation or gradient, where there is room for one only; else which stands first. */
  readonly part: number;
  /** Whether one unit is shown in large. */
  readonly isLarge: boolean;
}

/** What the person chose to look at; it says nothing about the run. */
export interface View {
  /** Number of the screen shown. */
  readonly screen: number;
  readonly help: boolean;
  readonly sheet: SheetChoice;
  /** The image chosen on each sheet of the screen Data, by its position. */
  readonly chosenImage: Readonly<Record<SheetChoice, number>>;
  /** Whether it is shown large. */
  readonly isLarge: boolean;
  /** The part of the results shown where the whole does not fit, counted on without end. */
  readonly page: number;
  /** The part of the results shown where there is room for one only. */
  readonly section: "confusion" | "scores" | "mistakes";
  /** The worst mistake that is shown first, counted on without end. */
  readonly mistake: number;
  /** What is looked at on the screen Network. */
  readonly network: NetworkChoice;
  /** What the network is shown on the screen Try. */
  readonly attempt: Attempt;
  /** What the run is compared with, where somebody chose, and the part of the comparison shown where not all fits. */
  readonly compare: {
    readonly choice?: BackendChoice;
    readonly part: "distance" | "losses" | "parameters";
  };
  /** What is looked at of a step taken apart. */
  readonly math: MathChoice;
  /** The background that colours are for, where the person chose it. */
  readonly ground?: Ground;
  readonly prompt?: Prompt | undefined;
  readonly commandLine?: CommandLine | undefined;
  readonly settings?: SettingsView | undefined;
}

/** The view that the program opens with. */
export const initialView: View = {
  screen: 1,
  help: false,
  sheet: "all",
  chosenImage: { all: 0, chosen: 0 },
  isLarge: false,
  page: 0,
  section: "confusion",
  mistake: 0,
  network: { unit: 0, page: 0, part: 0, isLarge: false },
  attempt: { drawing: emptyDrawing },
  compare: { part: "distance" },
  math: initialMathChoice,
};
