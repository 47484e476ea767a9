import { observedOf } from "../run/observe.ts";
import type { RunObserver } from "../run/observer.ts";
import type { RunEvent, RunInfo } from "../run/protocol.ts";
import type { StreamRun } from "./stream-run.ts";

/** A stream may begin runs without end; so many of it are kept, so that it does not drive out those of other programs. */
export const mostKeptRuns = 20;

/** A stream may go back without end; so many steps of all its runs are written down, and after them their ends. */
export const mostKeptSteps = 2_000_000;

/** What keeps the runs of a stream. */
export interface KeptStream {
  /** Nothing more will be told; a run that goes on is interrupted. Resolves when all is written. */
  leave(): Promise<void>;
}

/**
 * Tells an observer of the runs of a stream, each from its first step on: a run of none is not worth keeping.
 *
 * @param say told once, in words, where further runs are not kept
 */
export function keepStream(run: StreamRun, observer: RunObserver, say: (words: string) => void): KeptStream {
  // Of a run without a step yet.
  let announced: RunInfo | undefined;
  let isOpen = false;
  let begun = 0;
  let lastStep = 0;
  let told = 0;
  let writing: Promise<unknown> = Promise.resolve();

  const conclude = (status: "finished" | "interrupted" | "failed", failure?: string): void => {
    if (!isOpen) return;
    isOpen = false;
    const concluded = observer.conclude({ status, ...(failure !== undefined && { failure }) });
    writing = Promise.all([writing, concluded]);
  };

  const begin = (info: RunInfo): void => {
    announced = undefined;
    if (begun === mostKeptRuns)
      say(`This stream's first ${mostKeptRuns} runs are kept, and no further ones.`);
    begun++;
    if (begun > mostKeptRuns) return;
    isOpen = true;
    observer.begin(info, optionsOf(info));
  };

  const listen = (event: RunEvent): void => {
    switch (event.type) {
      case "ready":
        // With more room for the same run its steps are told again.
        if (event.info.stream?.isContinued) break;
        conclude("interrupted");
        announced = event.info;
        lastStep = 0;
        break;
      case "steps": {
        if (announced !== undefined) begin(announced);
        const steps = event.reports.filter(({ step }) => step > lastStep).map(observedOf);
        lastStep = steps.at(-1)?.step ?? lastStep;
        told += steps.length;
        if (isOpen && told <= mostKeptSteps) observer.steps(steps, event.seconds);
        break;
      }
      case "moved":
        lastStep = event.step;
        break;
      case "status":
        if (event.status === "finished" && run.outcome === undefined) conclude("interrupted");
        break;
      case "end": {
        const { steps: step, loss, accuracy, seconds } = event;
        // What a run ends with belongs to its last step.
        if (isOpen && step >= Math.max(1, lastStep))
          observer.steps([{ step, loss, ...(accuracy !== undefined && { accuracy }) }], seconds);
        conclude(run.outcome ?? "finished");
        break;
      }
      case "failed":
        conclude("failed", event.message);
        break;
    }
  };
  const unsubscribe = run.subscribe(listen);
  return {
    async leave() {
      unsubscribe();
      conclude("interrupted");
      await writing;
    },
  };
}

/** What the program told of its options; numbers are numbers again, so that they compare with those of other runs. */
function optionsOf({ stream }: RunInfo): Readonly<Record<string, string | number>> {
  const facts = stream?.facts ?? [];
  const isNumber = (text: string): boolean => Number.isFinite(Number(text)) && String(Number(text)) === text;
  return Object.fromEntries(facts.map(([name, text]) => [name, isNumber(text) ? Number(text) : text]));
}
