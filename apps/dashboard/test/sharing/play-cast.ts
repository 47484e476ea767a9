import xterm, { type Terminal } from "@xterm/headless";

/** A recording, read strictly: the first line a header of version 2, every other one an event of a known kind. */
export function readCast(text: string) {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("the last line has no end");
  const [header, ...events] = lines.map((line) => JSON.parse(line));
  if (header.version !== 2) throw new Error(`version ${header.version}`);
  let before = 0;
  for (const [time, code, data] of events) {
    if (typeof time !== "number" || time < before) throw new Error(`${time} after ${before}`);
    if (!["o", "r"].includes(code) || typeof data !== "string") throw new Error(`no event: ${code}`);
    before = time;
  }
  return { header, events: events as [number, "o" | "r", string][] };
}

/** What a terminal shows after a recording was played in it. */
export async function playCast(text: string): Promise<Terminal> {
  const { header, events } = readCast(text);
  const terminal = new xterm.Terminal({
    cols: header.width,
    rows: header.height,
    allowProposedApi: true,
    convertEol: true,
  });
  for (const [, code, data] of events) {
    if (code === "o") await new Promise<void>((resolve) => terminal.write(data, resolve));
    else {
      const [columns, rows] = data.split("x").map(Number);
      terminal.resize(columns, rows);
    }
  }
  return terminal;
}

/** The characters and colours of a screen, a string per row. */
export function cellsOf(terminal: Terminal): string[] {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, row) => {
    const line = active.getLine(active.viewportY + row);
    return Array.from({ length: terminal.cols }, (_, column) => {
      const cell = line?.getCell(column);
      return `${cell?.getChars() || " "}${cell?.getFgColor()}/${cell?.getBgColor()}`;
    }).join(" ");
  });
}
