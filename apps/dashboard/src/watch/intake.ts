import { plainText } from "../drawing/styled-line.ts";
import { mostLineBytes, type WatchEvent, watchLine } from "./events.ts";
import type { StreamLine } from "./split-lines.ts";

/** What comes out of the lines of a watched program. */
export interface WatchSink {
  event(event: WatchEvent): void;
  /** Words for a person: what the program printed, or what was wrong with a line. No terminal would obey them. */
  say(words: string): void;
}

/** Complaints about a stream that is not what it should be; further ones would only repeat them. */
const mostComplaints = 5;

/** Sorts the lines of a watched program. */
export class Intake {
  readonly #sink: WatchSink;
  #complaints = 0;
  readonly #unknown = new Set<string>();

  constructor(sink: WatchSink) {
    this.#sink = sink;
  }

  take(line: StreamLine): void {
    if (!("text" in line)) {
      this.#complain(line.number, `is longer than ${mostLineBytes / 2 ** 20} MiB and was left out`);
      return;
    }
    const read = watchLine(line.text);
    switch (read.kind) {
      case "event":
        this.#sink.event(read.event);
        break;
      case "refused":
        this.#complain(line.number, read.reason);
        break;
      case "unknown":
        if (this.#unknown.has(read.name) || this.#unknown.size >= mostComplaints) break;
        this.#unknown.add(read.name);
        this.#complain(line.number, `is an event '${read.name}', which is not known here`);
        break;
      case "print":
        if (read.text.trim() !== "") this.#sink.say(harmless(read.text));
        break;
    }
  }

  #complain(number: number, what: string): void {
    this.#complaints++;
    if (this.#complaints <= mostComplaints) this.#sink.say(harmless(`line ${number} ${what}`));
    if (this.#complaints === mostComplaints) this.#sink.say("further lines like these are left out silently");
  }
}

/** The start of a text, without what a terminal would obey or draw wider than a cell. */
export function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences of colours are what a program means by them
  const colorless = text.slice(0, 1000).replaceAll(/\u001B\[[\d;]*m/g, "");
  return plainText(colorless.replaceAll("\t", " ")).slice(0, 300);
}
