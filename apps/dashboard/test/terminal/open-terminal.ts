import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type IPty, spawn } from "@lydell/node-pty";
import xterm, { type Terminal } from "@xterm/headless";
import { vi } from "vitest";
import { cliPath } from "../command/run-command.ts";

/** The built program in a real pseudo-terminal, its screen read by a terminal emulator. */
export class ProgramInTerminal {
  readonly #process: IPty;
  readonly #emulator: Terminal;
  readonly #exited: Promise<void>;
  readonly #folder: string = mkdtempSync(join(tmpdir(), "gradwerk-terminal-"));
  readonly #pidFile: string = join(this.#folder, "pid");

  /** Runs `gradwerk` (or another command) in a shell that says afterwards with which code it ended and how the terminal is set. */
  constructor(
    args: readonly string[],
    columns: number,
    rows: number,
    command: readonly string[] = [process.execPath, cliPath],
  ) {
    this.#emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const { NO_COLOR: _, CI: __, ...environment } = process.env;
    // The shell outlives what its child is to be interrupted by. The inner one becomes the program and names its pid.
    const script = [
      "trap : INT TERM HUP; echo before",
      `sh -c 'echo $$ > "$PID_FILE"; exec "$@"' "$@"`,
      'echo code=$?; stty -a | grep -oE "(^| )-?(icanon|echo)( |$)"',
    ].join("; ");
    this.#process = spawn("sh", ["-c", script, "sh", "sh", ...command, ...args], {
      cols: columns,
      rows,
      name: "xterm-256color",
      env: { ...environment, LC_ALL: "C.UTF-8", PID_FILE: this.#pidFile },
    });
    this.#process.onData((data) => this.#emulator.write(data));
    this.#emulator.onData((data) => this.#process.write(data));
    this.#exited = new Promise((resolve) => this.#process.onExit(() => resolve()));
  }

  /** What the screen shows, a string per row without the blanks at its end. */
  get rows(): string[] {
    const { active } = this.#emulator.buffer;
    return Array.from({ length: this.#emulator.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true) ?? "").trimEnd(),
    );
  }

  get text(): string {
    return this.rows.join("\n");
  }

  /** Whether the program draws on the screen that goes away with it. */
  get onAlternateScreen(): boolean {
    return this.#emulator.buffer.active.type === "alternate";
  }

  /** Whether the terminal was asked to report the mouse. */
  get reportsMouse(): boolean {
    return this.#emulator.modes.mouseTrackingMode !== "none";
  }

  type(keys: string): void {
    this.#process.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#emulator.resize(columns, rows);
    this.#process.resize(columns, rows);
  }

  /** Sends a signal to the program itself. */
  signal(name: NodeJS.Signals): void {
    process.kill(Number(readFileSync(this.#pidFile, "utf8")), name);
  }

  /** Resolves once the screen matches. */
  async shows(pattern: RegExp, timeout: number = 30_000): Promise<void> {
    await vi
      .waitUntil(() => pattern.test(this.text), { timeout, interval: 20 })
      .catch(() => {
        throw new Error(`the screen never showed ${pattern}; it shows:\n${this.text}`);
      });
  }

  /** Resolves to the whole normal screen once the shell has ended. */
  async afterwards(): Promise<string> {
    await this.#exited;
    await new Promise<void>((resolve) => this.#emulator.write("", resolve));
    return this.text;
  }

  kill(): void {
    this.#process.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
