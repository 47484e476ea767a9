/** Which sheet of digits the data screen shows where there is room for one only. */
export type SheetChoice = "all" | "chosen";

/** What the person chose to look at; it says nothing about the run. */
export interface View {
  /** Number of the screen shown. */
  readonly screen: number;
  readonly help: boolean;
  readonly sheet: SheetChoice;
  /** The part of a sheet shown where the whole does not fit, counted on without end. */
  readonly page: number;
}

/** The view that the program opens with. */
export const initialView: View = { screen: 1, help: false, sheet: "all", page: 0 };
