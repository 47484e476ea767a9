import type { StepReport } from "../run/protocol.ts";

type KnownStep = Omit<StepReport, "sample">;

/** More steps than a chart has points are of no use. */
const most = 20_000;

/** The steps of a run in bounded memory: of long runs every second one is left out, again and again. */
export class History {
  #steps: KnownStep[] = [];
  #stride = 1;
  #last = 0;

  /** Some of the steps, in order, the last one always. */
  get steps(): readonly KnownStep[] {
    return this.#steps;
  }

  get lastStep(): number {
    return this.#last;
  }

  /** Takes the next step; steps that were measured stay longer than others. */
  add(step: KnownStep): void {
    const before = this.#steps.at(-1);
    const isWanted = (known: KnownStep): boolean =>
      known.step % this.#stride === 0 || known.accuracy !== undefined;
    if (before !== undefined && !isWanted(before)) this.#steps.pop();
    this.#steps.push(step);
    this.#last = step.step;
    if (this.#steps.length <= most) return;
    this.#stride *= 2;
    const wanted = this.#steps.filter((known, i) => i === this.#steps.length - 1 || isWanted(known));
    // Where all were measured, every second one has to go.
    this.#steps =
      wanted.length <= most / 1.5
        ? wanted
        : this.#steps.filter((_, i) => (this.#steps.length - 1 - i) % 2 === 0);
  }

  /** Forgets a step and all after it. */
  dropFrom(step: number): void {
    this.#steps = this.#steps.filter((known) => known.step < step);
    this.#last = step - 1;
  }
}
