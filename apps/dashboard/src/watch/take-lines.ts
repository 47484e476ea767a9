import { setImmediate } from "node:timers/promises";
import { mostLineBytes } from "./events.ts";
import { type StreamLine, splitLines } from "./split-lines.ts";

/** Milliseconds of lines at a time: keys and pictures have their turn between, however fast a program writes. */
const longest = 8;

/** Takes the lines of a stream to its end. */
export async function takeLines(
  stream: AsyncIterable<Uint8Array>,
  take: (line: StreamLine) => void,
): Promise<void> {
  let since = performance.now();
  for await (const line of splitLines(stream, mostLineBytes)) {
    take(line);
    if (performance.now() - since < longest) continue;
    await setImmediate();
    since = performance.now();
  }
}
