/** Something done with the mouse. Columns and rows are those of the terminal's cells, from 0. */
export interface MouseReport {
  /** Pressed, moved while pressed, let go; or the wheel turned, away from the person (`wheelUp`) or towards. */
  readonly action: "press" | "drag" | "release" | "wheelUp" | "wheelDown";
  readonly button: "left" | "middle" | "right";
  readonly shift: boolean;
  readonly column: number;
  readonly row: number;
}

/** What asks a terminal for reports: of buttons (1000) and of moves while one is down (1002), as SGR writes them (1006). */
export const mouseOn = "\u001B[?1000h\u001B[?1002h\u001B[?1006h";
/** What ends them. */
export const mouseOff = "\u001B[?1006l\u001B[?1002l\u001B[?1000l";

/** What terminals begin their sequences with. */
const csi = "\u001B\\[";
/** A report as SGR writes it, or in the older form, three characters that could be taken for keys: that one is dropped. */
const report = new RegExp(`${csi}(?:<(\\d{1,5});(\\d{1,5});(\\d{1,5})([Mm])|M[\\s\\S]{3})`, "g");
/** The beginning of one at the end of what came. */
const beginning = new RegExp(`(?:${csi}(?:<[\\d;]{0,17}|M[\\s\\S]{0,2})?|\u001B)$`);

/**
 * Parts what a terminal sends into keys and reports of the mouse. A report may be split anywhere: its beginning waits for
 * the rest.
 *
 * Source: "Mouse Tracking", XTerm Control Sequences, https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
 */
export class MouseReader {
  /** The beginning of a report, of which the first `#released` characters were given back as keys. */
  #held = "";
  #released = 0;

  /** Whether what is held may be a key that was pressed, Escape, and no report. */
  get mayHoldKey(): boolean {
    return this.#released < this.#held.length && this.#held.length <= 2;
  }

  /** Takes what came next. */
  push(chunk: string): { readonly keys: string; readonly reports: readonly MouseReport[] } {
    const text = this.#held + chunk;
    const rest = text.replaceAll(report, "");
    // What was given back too early became a part of the first report, or else stands before the rest.
    const released = text.search(report) === 0 ? 0 : this.#released;
    const end = beginning.exec(rest)?.index ?? rest.length;
    this.#held = rest.slice(end);
    this.#released = Math.max(0, released - end);
    return { keys: rest.slice(released, end), reports: [...text.matchAll(report)].flatMap(reportsIn) };
  }

  /** Gives back as keys what is held, because nothing followed. Should the rest of a report come yet, it is still known. */
  release(): string {
    const keys = this.#held.slice(this.#released);
    this.#released = this.#held.length;
    return keys;
  }
}

const buttons = ["left", "middle", "right"] as const;

/** What SGR says: a code of two bits for the button, 4 for shift, 32 for a move, 64 for the wheel; where; and whether it ended. */
function reportsIn([, code, column, row, final]: readonly (string | undefined)[]): MouseReport[] {
  if (final === undefined) return [];
  const bits = Number(code);
  const place = { column: Number(column) - 1, row: Number(row) - 1, shift: (bits & 4) !== 0 };
  if ((bits & 64) !== 0) {
    // 2 and 3 are a wheel that turns sideways.
    if ((bits & 2) !== 0) return [];
    return [{ action: (bits & 1) === 0 ? "wheelUp" : "wheelDown", button: "middle", ...place }];
  }
  const button = buttons[bits & 3];
  // Moves without a button, and buttons beyond the third, are not asked for.
  if (button === undefined || bits >= 128) return [];
  return [{ action: final === "m" ? "release" : (bits & 32) === 0 ? "press" : "drag", button, ...place }];
}
