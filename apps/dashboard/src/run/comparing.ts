import { messageOf } from "../errors.ts";
import type { BackendChoice, BackendComparison } from "./backend-comparison.ts";
import { Comparison } from "./comparison.ts";
import type { RunEvent } from "./protocol.ts";
import type { Training } from "./training.ts";

/** Milliseconds between two reports. */
const reportEvery = 200;

/** Where a comparison stands beside the run that it is of. */
export interface ComparingOptions {
  readonly tell: (event: RunEvent) => void;
  /** Told when it begins and when it has ended: the run makes way for two others. */
  readonly onChange: (isOn: boolean) => void;
}

/** The comparison of two backends that is under way, if any: it is told of, and it fails without harm to the run. */
export class Comparing {
  readonly #options: ComparingOptions;
  #comparison: Comparison | undefined;
  #toldAt = 0;

  constructor(options: ComparingOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#comparison !== undefined;
  }

  /** Begins to compare a run's backend with another one, in place of what is compared now. */
  async begin({ config, data }: Training, choice: BackendChoice): Promise<void> {
    await this.end();
    this.#options.onChange(true);
    this.#options.tell({ type: "note", message: "the run waits while two backends are compared" });
    this.#tell({ ...nothingYet, choice });
    try {
      this.#comparison = await Comparison.open(config, choice, data);
      this.#tell(this.#comparison.view());
    } catch (error) {
      this.#tell({ ...nothingYet, choice, status: "failed", failure: messageOf(error) });
      this.#leave();
    }
  }

  /** Does a part of the work. */
  async advance(): Promise<void> {
    const comparison = this.#comparison;
    if (comparison === undefined) return;
    try {
      await comparison.advance();
    } catch (error) {
      return await this.#close({ status: "failed", failure: messageOf(error) });
    }
    if (comparison.isDone) await this.#close({});
    else if (performance.now() - this.#toldAt >= reportEvery) this.#tell(comparison.view());
  }

  /** Ends what is under way, before it is done. */
  async end(): Promise<void> {
    await this.#close({ status: "stopped" });
  }

  async #close(ending: Partial<BackendComparison>): Promise<void> {
    const comparison = this.#comparison;
    if (comparison === undefined) return;
    this.#comparison = undefined;
    this.#tell({ ...comparison.view(), ...ending });
    await comparison.dispose();
    this.#leave();
  }

  #leave(): void {
    this.#options.tell({ type: "note", message: "the comparison of two backends is over" });
    this.#options.onChange(false);
  }

  #tell(comparison: BackendComparison): void {
    this.#options.tell({ type: "inspected", inspected: { comparison } });
    this.#toldAt = performance.now();
  }
}

const nothingYet = {
  status: "preparing",
  step: 0,
  limit: { steps: 0, seconds: 0 },
  distances: [],
  parameters: [],
  tested: 0,
} as const;
