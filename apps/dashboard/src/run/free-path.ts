import { access } from "node:fs/promises";

/**
 * A path at which there is nothing yet: `stem` with its ending, or with a number between them.
 *
 * @example
 * await freePath("run", ".html"); // "run.html", or "run-2.html" where that is there
 */
export async function freePath(stem: string, ending: string = ""): Promise<string> {
  for (let number = 1; ; number++) {
    const path = number === 1 ? `${stem}${ending}` : `${stem}-${number}${ending}`;
    if (!(await isThere(path))) return path;
  }
}

/** Whether there is a file or folder at a path. */
export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
