/**
 * Takes a picture of a terminal program: runs it in a pseudo-terminal, presses keys, and writes what a terminal
 * emulator then shows as PNG or SVG, by the file's name; `--output` may be given for each.
 *
 *   node scripts/picture.ts --size 120x36 --keys "wait:6,2,wait:1" --output data.png -- node dist/cli.js
 *
 * `--keys` is a list: `wait:SECONDS` waits, `until:PATTERN` waits until the screen matches, anything else is typed.
 * `--ground light` draws on a light background. The program is ended afterwards.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { spawn } from "@lydell/node-pty";
import { Resvg } from "@resvg/resvg-js";
import xterm from "@xterm/headless";
import { terminalSvg } from "./terminal-svg.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: "string", default: "120x36" },
    keys: { type: "string", default: "wait:3" },
    ground: { type: "string", default: "dark" },
    output: { type: "string", multiple: true, default: [] },
  },
});
const [columns, rows] = values.size.split("x").map(Number);
const [program, ...programArguments] = positionals;
if (!columns || !rows || program === undefined || values.output.length === 0) {
  process.stderr.write(
    "usage: picture.ts --size 120x36 --keys LIST --output FILE.png|FILE.svg... -- PROGRAM [ARGUMENT...]\n",
  );
  process.exit(2);
}

const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
const { NO_COLOR: _, ...environment } = process.env;
const child = spawn(program, programArguments, {
  cols: columns,
  rows,
  name: "xterm-256color",
  env: { ...environment, LC_ALL: "C.UTF-8", COLORTERM: "truecolor", FORCE_COLOR: "3" },
});
let newest = "";
child.onData((data) => {
  newest = data;
  terminal.write(data);
});
// The emulator answers questions of the program, such as where the cursor is.
terminal.onData((data) => child.write(data));

for (const key of values.keys.split(",")) {
  const seconds = /^wait:([\d.]+)$/.exec(key)?.[1];
  const pattern = /^until:(.+)$/.exec(key)?.[1];
  if (seconds !== undefined) await wait(1000 * Number(seconds));
  else if (pattern !== undefined) await until(new RegExp(pattern));
  else child.write(key);
}
// Not in the middle of a picture: those that are drawn step by step end with the end of a synchronised update.
for (let tries = 0; tries < 200 && !newest.endsWith("\u001B[?2026l"); tries++) await wait(5);
child.pause();
// What was read so far is on the emulator's screen once an empty write comes back.
await new Promise<void>((resolve) => terminal.write("", resolve));
const svg = terminalSvg(terminal, values.ground === "light" ? "light" : "dark");
child.kill();

// The font is a package of the project, so that every machine draws the same picture.
const fonts = dirname(createRequire(import.meta.url).resolve("dejavu-fonts-ttf/package.json"));
const font = {
  loadSystemFonts: false,
  fontFiles: ["DejaVuSansMono.ttf", "DejaVuSansMono-Bold.ttf"].map((file) => join(fonts, "ttf", file)),
  defaultFontFamily: "DejaVu Sans Mono",
};
for (const file of values.output) {
  const png = (): Uint8Array =>
    new Resvg(svg, { font, fitTo: { mode: "zoom", value: 1.5 } }).render().asPng();
  writeFileSync(file, file.endsWith(".svg") ? svg : png());
}
process.exit(0);

/** Ends the program where two minutes do not bring what is waited for. */
async function until(pattern: RegExp): Promise<void> {
  const shown = (): string =>
    Array.from({ length: rows }, (_, row) => terminal.buffer.active.getLine(row)?.translateToString()).join();
  for (let tries = 0; !pattern.test(shown()); tries++) {
    if (tries === 1200) {
      process.stderr.write(`the screen never showed ${pattern}\n`);
      process.exit(1);
    }
    await wait(100);
  }
}
