/** A learning rate that changes: from the number of the step, counted from 0, to the rate of that step. */
export type Schedule = (step: number) => number;
