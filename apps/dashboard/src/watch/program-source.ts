import { type ChildProcess, spawn } from "node:child_process";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { plainText } from "../drawing/styled-line.ts";
import { WorkError } from "../errors.ts";
import type { SourceSink, WatchSource } from "./sources.ts";
import { takeLines } from "./take-lines.ts";

/** How long a program may take to end when it is told to, in milliseconds. */
const grace = 1000;

/** Lines of what a program said on stderr that are told when it fails. */
const toldLines = 12;

/**
 * Runs a script with the Node that runs this program. Events may come on its stdout, between whatever it prints, or on its
 * file descriptor 3.
 */
export function programSource(script: string, args: readonly string[]): WatchSource {
  let child: ChildProcess | undefined;
  let isClosing = false;
  return {
    name: basename(script),

    async read(sink) {
      child = spawn(process.execPath, [...nodeFlags(script), script, ...args], {
        stdio: ["ignore", "pipe", "pipe", "pipe"],
      });
      const { promise: ended, resolve, reject } = Promise.withResolvers<string>();
      child.once("error", reject);
      child.once("exit", (code, signal) =>
        resolve(code === null ? `by ${signal}` : code === 0 ? "" : `with code ${code}`),
      );
      const errors: string[] = [];
      const [, out, err, events] = child.stdio as (Readable | null)[];
      const reading = Promise.all([
        readLines(out, sink.line),
        readLines(events, sink.line),
        readLines(err, (line) => {
          sink.line(line);
          errors.push("text" in line ? plainText(line.text).slice(0, 300) : "...");
          if (errors.length > toldLines) errors.shift();
        }),
      ]);
      const how = await ended;
      await reading;
      if (how === "" || isClosing) return;
      const said = errors.length === 0 ? "" : `. It said:\n${errors.join("\n")}`;
      throw new WorkError(`${basename(script)} ended ${how}${said}`);
    },

    async close() {
      isClosing = true;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = new Promise<void>((resolve) => child?.once("exit", () => resolve()));
      child.kill("SIGTERM");
      const force = setTimeout(() => child?.kill("SIGKILL"), grace);
      await exited;
      clearTimeout(force);
      for (const stream of child.stdio) stream?.destroy();
    },
  };
}

async function readLines(stream: Readable | null | undefined, take: SourceSink["line"]): Promise<void> {
  if (stream === null || stream === undefined) return;
  try {
    await takeLines(stream, take);
  } catch (error) {
    // A stream that is closed with its program is at its end.
    if (!stream.destroyed) throw error;
  }
}

/** The flags of this process go on (`--conditions` and the like), and types are stripped where Node has to be asked. */
function nodeFlags(script: string): string[] {
  const isTyped = /\.[cm]?ts$/.test(script);
  return [
    ...process.execArgv,
    ...(isTyped && !process.features.typescript ? ["--experimental-strip-types"] : []),
  ];
}
