import { messageOf } from "../errors.ts";

/** Exports when it is called, one export at a time, and says what came of it. */
export function exporter(
  exportRun: (() => Promise<string>) | undefined,
  say: (message: string) => void,
): () => void {
  let isBusy = false;
  return () => {
    if (exportRun === undefined) say("There is nothing here to export.");
    else if (isBusy) say("The report is being written.");
    else {
      isBusy = true;
      say("Writing the report ...");
      exportRun()
        .then(say, (error: unknown) => say(`warning: nothing was exported: ${messageOf(error)}`))
        .finally(() => {
          isBusy = false;
        });
    }
  };
}
