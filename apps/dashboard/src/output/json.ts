import { version } from "../version.ts";
import type { Reporter } from "./reporter.ts";

/** The event stream of `--json`: one object a line, in the form that `docs/commands.md` promises. */
export function jsonReporter(write: (text: string) => void): Reporter {
  const line = (event: object): void => write(`${JSON.stringify(event)}\n`);
  return {
    start: (config, info, resumed) =>
      line({
        event: "start",
        version,
        config: { ...config, digits: info.digits },
        data: { source: info.dataSource, sha256: info.sha256, train: info.trainCount, test: info.testCount },
        backend: info.backend,
        steps: info.steps,
        architecture: info.architecture,
        resumed,
      }),
    step: ({ step, loss, accuracy, testLoss }) => line({ event: "step", step, loss, accuracy, testLoss }),
    end: ({ interrupted, ...ending }) =>
      line({ event: "end", ...ending, ...(interrupted ? { interrupted } : {}) }),
  };
}
