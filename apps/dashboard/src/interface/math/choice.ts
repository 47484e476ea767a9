import type { StepAnatomy } from "../../run/inspection.ts";

/** What somebody chose to look at on the screen Math. */
export interface MathChoice {
  /** The place of a page among the pages, counted on without end. */
  readonly page: number;
  /** The way that is followed: an input of the first dense layer, then a unit of each. What nobody chose is left to the step. */
  readonly way: readonly (number | undefined)[];
  /** The place of a parameter among those that can be followed, and which number of it where it is no part of the way. */
  readonly parameter: number;
  readonly number: number | undefined;
  /** The branch of the tree that is chosen, and those that are open: units from the root on, `0/5`. */
  readonly branch: string;
  readonly open: readonly string[];
  /** The first line, and the chosen layer of those that are not dense. */
  readonly line: number;
  readonly layer: number;
}

/** The tree's root; every other branch is longer. */
export const rootBranch = "";

/** What the screen opens with. */
export const initialMathChoice: MathChoice = {
  page: 0,
  way: [],
  parameter: 0,
  number: undefined,
  branch: rootBranch,
  open: [rootBranch],
  line: 0,
  layer: 0,
};

/**
 * The way through the dense layers that is followed: an input and one unit of each layer. Where nobody chose, the largest
 * input, and the units whose sums the loss depends on most.
 */
export function wayOf({ denseInput, layers }: StepAnatomy, chosen: MathChoice["way"]): readonly number[] {
  const own = [denseInput, ...layers.map(({ back }) => back)];
  return own.map((values, place) => {
    const choice = chosen[place];
    return choice !== undefined && choice < values.length ? choice : largestOf(values);
  });
}

/** The place of the number farthest from 0. */
export function largestOf(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i]) > Math.abs(values[best])) best = i;
  return best;
}

/** Places of numbers, those farthest from 0 first. */
export function largestFirst(values: ArrayLike<number>): number[] {
  return Array.from(values, (_, place) => place).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]));
}

/** The member of a list so many places after another; at its ends it stays. */
export function neighbourIn<Member>(list: readonly Member[], from: Member, by: number): Member {
  const place = Math.max(0, list.indexOf(from));
  return list[Math.max(0, Math.min(place + by, list.length - 1))] ?? from;
}
