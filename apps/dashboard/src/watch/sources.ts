import { existsSync, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { UsageError } from "../errors.ts";
import { programSource } from "./program-source.ts";
import { socketSource } from "./socket-source.ts";
import type { StreamLine } from "./split-lines.ts";
import { takeLines } from "./take-lines.ts";

/** Where the lines of a watched program come from. */
export interface WatchSource {
  /** What is watched, for a person. */
  readonly name: string;
  /**
   * Reads until there is nothing more, or `close` is called.
   *
   * @throws WorkError where the program fails, or the source cannot be read
   */
  read(sink: SourceSink): Promise<void>;
  /** Ends reading, and the program where it was started here. */
  close(): Promise<void>;
}

/** What a source tells. */
export interface SourceSink {
  line(line: StreamLine): void;
  /** Words about the source: a program was connected. */
  say(words: string): void;
  /** A program ended, and another one may come. */
  programEnded(): void;
}

/**
 * What is meant by the target of `gradwerk watch`: `-` for stdin, a program to run, or a local socket to listen on.
 *
 * @throws UsageError where it can be none of them
 */
export function watchSource(target: string, args: readonly string[], stdin: NodeJS.ReadStream): WatchSource {
  if (target === "-") {
    if (args.length > 0) {
      throw new UsageError(
        `watch -: a pipe takes no arguments, got ${args.join(" ")}. Flags stand before the -.`,
      );
    }
    if (stdin.isTTY) {
      throw new UsageError("watch - reads events from a pipe: node my-training.ts | gradwerk watch -");
    }
    return pipeSource(stdin);
  }
  const isSocketName = target.endsWith(".sock") || /^\\\\[.?]\\pipe\\/.test(target);
  const found = existsSync(target) ? statSync(target) : undefined;
  if (found?.isSocket() || (found === undefined && isSocketName)) {
    if (args.length > 0)
      throw new UsageError(`watch ${target}: a socket takes no arguments, got ${args.join(" ")}.`);
    return socketSource(target);
  }
  if (found?.isFile()) return programSource(target, args);
  throw new UsageError(
    `watch ${target}: there is no such program. Give - for a pipe, the path of a script, or the name of a socket, which ` +
      "ends in .sock.",
  );
}

function pipeSource(stdin: Readable): WatchSource {
  return {
    name: "a pipe",
    async read(sink) {
      await takeLines(stdin, sink.line);
    },
    async close() {
      stdin.destroy();
    },
  };
}
