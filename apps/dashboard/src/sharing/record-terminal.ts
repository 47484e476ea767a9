import { closeSync, openSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { WorkError } from "../errors.ts";
import { terminalSize } from "../terminal-size.ts";

/** Recorded colours: a terminal does not tell its own, and players need some. */
const theme = {
  fg: "#d4d7dd",
  bg: "#14161b",
  palette: [
    "#1b1d23:#d5573b:#3a9d6e:#d1982a:#3a7bd0:#a678c4:#3aa3a8:#c3c7cf",
    "#5c6370:#ee7a5f:#59c28f:#e6bb57:#62a4f2:#c79ae0:#5fc6cb:#f4f6f9",
  ].join(":"),
};

/** What asks a terminal for reports of the mouse, and to mark what is pasted: whoever plays a recording has no use for them. */
const inputModes = new RegExp(`${"\u001B"}\\[\\?(?:1000|1002|1006|2004)[hl]`, "g");

/** A terminal whose output is recorded. */
export interface RecordedTerminal {
  /** To be written to in place of the terminal. */
  readonly stdout: NodeJS.WriteStream;
  /** Why the recording ended early, where it did: the disk is full. */
  readonly problem: string | undefined;
  close(): void;
}

/**
 * Records what is written to a terminal as asciicast v2, which asciinema and its players show. Each event is written at
 * once and whole: the file can be played at any moment, also when the program is ended by force.
 *
 * Source: https://docs.asciinema.org/manual/asciicast/v2/
 *
 * @throws WorkError where the file cannot be written
 */
export function recordTerminal(
  stdout: NodeJS.WriteStream,
  file: string,
  now: () => number = () => performance.now(),
): RecordedTerminal {
  const descriptor = open(file);
  const started = now();
  const decoder = new StringDecoder("utf8");
  let size = terminalSize(stdout);
  let problem: string | undefined;
  const line = (value: unknown): void => {
    if (problem !== undefined) return;
    try {
      writeSync(descriptor, `${JSON.stringify(value)}\n`);
    } catch (error) {
      problem = `the recording ${file} ends early: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  const event = (code: "o" | "r", data: string): void =>
    line([Number(((now() - started) / 1000).toFixed(6)), code, data]);

  line({
    version: 2,
    width: size.columns,
    height: size.rows,
    timestamp: Math.floor(Date.now() / 1000),
    title: "gradwerk",
    env: { TERM: process.env.TERM ?? "" },
    theme,
  });

  const record = (chunk: string | Uint8Array): void => {
    const { columns, rows } = terminalSize(stdout);
    if (columns !== size.columns || rows !== size.rows) {
      size = { columns, rows };
      event("r", `${columns}x${rows}`);
    }
    const written = typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk));
    const text = written.replaceAll(inputModes, "");
    if (text !== "") event("o", text);
  };
  return {
    stdout: tee(stdout, record),
    get problem() {
      return problem;
    },
    close: () => closeSync(descriptor),
  };
}

/** The stream itself in all but what is written: that is handed on first. */
function tee(stream: NodeJS.WriteStream, record: (chunk: string | Uint8Array) => void): NodeJS.WriteStream {
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    record(chunk);
    return Reflect.apply(stream.write, stream, [chunk, ...rest]);
  };
  return new Proxy(stream, {
    get(target, key) {
      if (key === "write") return write;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}

function open(file: string): number {
  try {
    return openSync(file, "w");
  } catch (error) {
    throw new WorkError(`--record ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
