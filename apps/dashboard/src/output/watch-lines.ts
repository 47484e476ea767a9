import { formatDuration } from "../drawing/format.ts";
import type { RunEvent, StepReport } from "../run/protocol.ts";

/** At least so many milliseconds lie between the lines of two steps that were not measured. */
const pause = 1000;

/** A watched run as plain lines: steps that were measured, of others one a second, and the last. */
export function watchLines(
  write: (text: string) => void,
  say: (words: string) => void,
  now: () => number = () => performance.now(),
): (event: RunEvent) => void {
  let total = "";
  let last: StepReport | undefined;
  let writtenStep = 0;
  let writtenAt = Number.NEGATIVE_INFINITY;
  const writeStep = ({ step, loss, accuracy, testLoss }: StepReport): void => {
    const measured = accuracy !== undefined ? `  accuracy ${accuracy.toFixed(4)}` : "";
    const tested = testLoss !== undefined ? `  test loss ${testLoss.toFixed(6)}` : "";
    write(
      `step ${String(step).padStart(total.length)}${total && `/${total}`}  loss ${loss.toFixed(6)}${measured}${tested}\n`,
    );
    writtenStep = step;
    writtenAt = now();
  };
  return (event) => {
    switch (event.type) {
      case "ready": {
        const { preset, architecture, steps, stream } = event.info;
        total = stream?.isSized ? String(steps) : "";
        if (stream?.isContinued) break;
        last = undefined;
        writtenStep = 0;
        write(`watching ${[preset, architecture].filter((part) => part !== "").join(": ")}\n`);
        break;
      }
      case "steps":
        for (const report of event.reports) {
          if (report.step <= writtenStep) continue;
          last = report;
          const isMeasured = report.accuracy !== undefined || report.testLoss !== undefined;
          if (isMeasured || now() - writtenAt >= pause) writeStep(report);
        }
        break;
      case "moved":
        writtenStep = Math.min(writtenStep, event.step);
        break;
      case "status":
        if (event.status === "finished" && last !== undefined && last.step > writtenStep) writeStep(last);
        break;
      case "end": {
        const accuracy =
          event.accuracy === undefined ? "" : `, accuracy ${Number(event.accuracy.toFixed(4))}`;
        write(`done after ${event.steps} steps in ${formatDuration(event.seconds.total)}${accuracy}\n`);
        break;
      }
      case "progress":
      case "note":
        say(event.message);
        break;
    }
  };
}
