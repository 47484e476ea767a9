import type { RunInfo } from "../run/protocol.ts";
import { version } from "../version.ts";
import type { Reporter } from "./reporter.ts";

/**
 * A run as plain lines: what it is, a line per step, and a final report. Of runs of thousands of steps only those that were
 * evaluated have a line.
 */
export function linesReporter(write: (text: string) => void): Reporter {
  let info: RunInfo | undefined;
  const line = (text: string): void => write(`${text}\n`);
  return {
    start(_, started, resumed) {
      info = started;
      const { architecture, trainCount, testCount, backend, dataSource } = info;
      line(`Gradwerk ${version}: ${architecture} network learns to tell ${inWords(info)} apart`);
      line(
        `${trainCount} training and ${testCount} test images (${dataSource}), backend ${backend.name}, ${backend.dtype}`,
      );
      if (resumed !== undefined) line(`goes on after step ${resumed.step}, from ${resumed.file}`);
    },
    step({ step, loss, accuracy, testLoss }) {
      if (accuracy === undefined && testLoss === undefined && info?.preset !== "article") return;
      const total = String(info?.steps ?? step);
      const measured =
        accuracy !== undefined
          ? `  accuracy ${accuracy.toFixed(info?.testCount === 10_000 ? 4 : 3)}`
          : testLoss !== undefined
            ? `  test loss ${testLoss.toFixed(6)}`
            : "";
      line(`step ${String(step).padStart(total.length)}/${total}  loss ${loss.toFixed(6)}${measured}`);
    },
    end({ steps, accuracy, seconds, interrupted }) {
      const tests = info?.testCount ?? 0;
      const unseen = info?.testIsUnseen ? "unseen " : "";
      const right = Math.round((accuracy ?? 0) * tests);
      line(
        `${interrupted ? "interrupted" : "done"} after ${steps} steps in ${seconds.total.toFixed(1)} s ` +
          `(training ${seconds.train.toFixed(1)} s, evaluating ${seconds.evaluate.toFixed(1)} s)`,
      );
      if (accuracy !== undefined) {
        line(
          `accuracy ${Number(accuracy.toFixed(4))}: of ${tests} ${unseen}images, ${right} are told right and ${tests - right} wrong`,
        );
      }
    },
  };
}

// `1 and 7`, `1, 4 and 7`, `26 classes of EMNIST Letters`
function inWords({ digits, labelNames, dataSet }: RunInfo): string {
  if (digits.length > 10) return `${digits.length} classes of ${dataSet}`;
  const names = digits.map((label) => labelNames[label] ?? String(label));
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
