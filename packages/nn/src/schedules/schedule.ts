/** A learning rate that changes: from the number of the step, counted from 0, to the rate of that step. */
export type Schedule = (step: number) => number;

/** A schedule that goes by how well it works. */
export interface ObservingSchedule extends Schedule {
  /** Told the loss on the test set after each measurement; the rates of the steps to come may change. */
  observe(measured: number): void;
}
