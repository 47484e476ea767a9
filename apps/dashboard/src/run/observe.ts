import type { ObservedStep, RunConclusion, RunObserver } from "./observer.ts";
import type { Run, RunEvent, StepReport } from "./protocol.ts";

/** How long the results of a run that is left may take, in milliseconds. */
const patience = 2000;

/** A run that observers are told of. */
export interface ObservedRun {
  /** Nothing more will be looked at. Concludes a run that goes on as interrupted; resolves when all is written. */
  leave(): Promise<void>;
}

/**
 * Tells observers of a run as its events come: asks it for its results at its end, and when it is left before.
 */
export function observeRun(run: Run, observers: readonly RunObserver[]): ObservedRun {
  let phase: "none" | "going" | "ended" | "concluded" = "none";
  let writing: Promise<unknown> = Promise.resolve();
  let onResults: (() => void) | undefined;
  const conclude = (conclusion: RunConclusion): void => {
    phase = "concluded";
    writing = Promise.all([writing, ...observers.map((observer) => observer.conclude(conclusion))]);
  };
  const listen = (event: RunEvent): void => {
    if (event.type === "ready") {
      if (phase === "ended") conclude({ status: "finished" });
      phase = "going";
      for (const observer of observers) observer.begin(event.info, event.config);
    } else if (event.type === "steps") {
      const steps = event.reports.map(observedOf);
      for (const observer of observers) observer.steps(steps, event.seconds);
    } else if (event.type === "moved") {
      const report = event.report && observedOf(event.report);
      for (const observer of observers) observer.moved(event.step, report);
    } else if (event.type === "end") {
      phase = "ended";
      run.send({ type: "results" });
    } else if (event.type === "failed" && phase === "going") {
      conclude({ status: "failed", failure: event.message });
    } else if (event.type === "results") {
      if (phase === "ended") conclude({ status: "finished", ...event });
      else if (onResults !== undefined) conclude({ status: "interrupted", ...event });
      onResults?.();
    }
  };
  const unsubscribe = run.subscribe(listen);
  return {
    async leave() {
      if (phase === "going" || phase === "ended") {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, patience);
          onResults = () => {
            clearTimeout(timer);
            resolve();
          };
          if (phase === "going") run.send({ type: "results" });
        });
      }
      unsubscribe();
      if (phase === "ended") conclude({ status: "finished" });
      if (phase === "going") conclude({ status: "interrupted" });
      await writing;
    },
  };
}

/** What observers are told of a step. */
export function observedOf({ sample: _, ...step }: StepReport): ObservedStep {
  return step;
}
