import type { Ground } from "../drawing/color.ts";
import { groundFromAnswer } from "../drawing/terminal-kind.ts";

/** What the background is; and what the terminal is, which every terminal answers, so that the wait has an end. */
const question = "\u001B]11;?\u001B\\\u001B[c";
/** The beginning of the answer to the second. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const lastAnswer = /\u001B\[\?[\d;]*c/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const answers = /\u001B\](?:[^\u0007\u001B]*)(?:\u0007|\u001B\\)|\u001B\[\?[\d;]*c/g;

/**
 * Asks a terminal for its background and waits at most so many milliseconds for the answer. Keys that were pressed
 * meanwhile can be read afterwards.
 */
export async function askGround(
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
  milliseconds: number,
): Promise<Ground | undefined> {
  if (!stdin.isTTY || !stdout.isTTY) return undefined;
  const wasRaw = stdin.isRaw;
  stdin.setRawMode(true);
  let came = "";
  await new Promise<void>((resolve) => {
    const read = (): void => {
      for (let chunk = stdin.read(); chunk !== null; chunk = stdin.read()) came += String(chunk);
      if (lastAnswer.test(came)) end();
    };
    // Where the program was busy until now, an answer that came meanwhile is read first.
    const timer = setTimeout(() => setImmediate(() => end()), milliseconds);
    const end = (): void => {
      clearTimeout(timer);
      stdin.off("readable", read);
      resolve();
    };
    stdin.on("readable", read);
    stdout.write(question);
  });
  stdin.setRawMode(wasRaw);
  // Whoever reads keys keeps the program alive for them; the question must not.
  stdin.unref();
  const keys = came.replaceAll(answers, "");
  if (keys !== "") stdin.unshift(Buffer.from(keys));
  return groundFromAnswer(came);
}
