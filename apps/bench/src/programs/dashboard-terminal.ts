import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type IPty, spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";

/** The part of a kept run that is of use here. */
interface KeptRun {
  readonly config: unknown;
  readonly ending: { readonly steps: number; readonly seconds: { readonly total: number } };
}

/** Its interface is built only, as Node runs no JSX. */
const command = fileURLToPath(new URL("./dist/cli.js", import.meta.resolve("gradwerk/package.json")));
const columns = 120;
const rows = 40;
/** Milliseconds after which something is not going to be shown any more. */
const patience = 120_000;

/** `gradwerk train` in a pseudo-terminal of 120 x 40 in true colour, read by a terminal emulator. */
export class OpenDashboard {
  readonly #pty: IPty;
  readonly #emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  readonly #exited: Promise<number>;
  readonly #runs: string;
  readonly #started = performance.now();
  #onPicture: () => void = () => {};

  /** @param runs the folder that it keeps its run in */
  constructor(flags: readonly string[], runs: string) {
    this.#runs = runs;
    const { NO_COLOR: _, CI: __, ...environment } = process.env;
    this.#pty = spawn(process.execPath, [command, "train", ...flags], {
      cols: columns,
      rows,
      name: "xterm-256color",
      env: { ...environment, COLORTERM: "truecolor", GRADWERK_RUNS: runs },
    });
    this.#pty.onData((data) => this.#emulator.write(data, () => this.#onPicture()));
    this.#emulator.onData((answer) => this.#pty.write(answer));
    this.#exited = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)));
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Resolves once the screen matches, to the milliseconds from the start of the process until then. */
  async shows(pattern: RegExp): Promise<number> {
    await this.#until(pattern);
    return performance.now() - this.#started;
  }

  /** Presses a key; resolves to the milliseconds until the screen matches. */
  async answers(key: string, pattern: RegExp): Promise<number> {
    const pressed = performance.now();
    this.#pty.write(key);
    await this.#until(pattern);
    return performance.now() - pressed;
  }

  /** Quits, and reads what it kept of the run. */
  async leave(): Promise<KeptRun> {
    this.#pty.write("q");
    const code = await this.#exited;
    if (code !== 0) throw new Error(`gradwerk train ended with exit code ${code}: ${this.#text()}`);
    const [run] = await readdir(this.#runs);
    return JSON.parse(await readFile(join(this.#runs, run, "run.json"), "utf8"));
  }

  async close(): Promise<void> {
    this.#pty.kill("SIGKILL");
    await this.#exited;
    this.#emulator.dispose();
  }

  #until(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`the screen never showed ${pattern}, but:\n${this.#text()}`));
      }, patience);
      this.#onPicture = () => {
        if (!pattern.test(this.#text())) return;
        clearTimeout(timer);
        this.#onPicture = () => {};
        resolve();
      };
      this.#onPicture();
    });
  }

  #text(): string {
    const { active } = this.#emulator.buffer;
    return Array.from({ length: rows }, (_, row) => active.getLine(row)?.translateToString(true)).join("\n");
  }
}
