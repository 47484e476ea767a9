import { PassThrough, Writable } from "node:stream";
import xterm, { type Terminal } from "@xterm/headless";

/** Standard output as a terminal of a given size, its bytes read by a terminal emulator. */
class Screen extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  /** Everything that was written. */
  written = "";
  readonly emulator: Terminal;

  constructor(columns: number, rows: number) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
    // A terminal device turns a line feed into carriage return and line feed, also in raw mode.
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.written += chunk;
    this.emulator.write(chunk, done);
  }
}

/** Standard input as a keyboard that knows raw mode. */
class Keyboard extends PassThrough {
  readonly isTTY = true;
  isRaw = false;

  setRawMode(isRaw: boolean): this {
    this.isRaw = isRaw;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/** A terminal for tests: what a person would see and press. */
export class FakeTerminal {
  readonly screen: Screen;
  readonly keyboard: Keyboard = new Keyboard();

  constructor(columns: number, rows: number) {
    this.screen = new Screen(columns, rows);
  }

  get stdout(): NodeJS.WriteStream {
    return this.screen as unknown as NodeJS.WriteStream;
  }

  get stdin(): NodeJS.ReadStream {
    return this.keyboard as unknown as NodeJS.ReadStream;
  }

  /** The rows of the visible screen, as wide as the terminal. */
  lines(): string[] {
    const { active } = this.screen.emulator.buffer;
    return Array.from(
      { length: this.screen.rows },
      (_, row) =>
        active.getLine(active.viewportY + row)?.translateToString(false, 0, this.screen.columns) ?? "",
    );
  }

  text(): string {
    return this.lines().join("\n");
  }

  /** The rows where this terminal shows other characters or colours than another one, as both show them. */
  differences(other: FakeTerminal): string[] {
    const own = this.#cells();
    return other
      .#cells()
      .flatMap((row, index) =>
        row === own[index] ? [] : [`${this.lines()[index]}\n${other.lines()[index]}`],
      );
  }

  #cells(): string[] {
    const { active } = this.screen.emulator.buffer;
    return Array.from({ length: this.screen.rows }, (_, row) => {
      const line = active.getLine(active.viewportY + row);
      return Array.from({ length: this.screen.columns }, (_, column) => {
        const cell = line?.getCell(column);
        return `${cell?.getChars() || " "}${cell?.getFgColor()}/${cell?.getBgColor()}`;
      }).join(" ");
    });
  }

  /** Whether the alternate screen is shown. */
  get isAlternate(): boolean {
    return this.screen.emulator.buffer.active.type === "alternate";
  }

  /** Whether the last of all escape sequences about the cursor shows it. */
  get isCursorShown(): boolean {
    return this.screen.written.lastIndexOf("\u001B[?25h") >= this.screen.written.lastIndexOf("\u001B[?25l");
  }

  async press(keys: string): Promise<void> {
    this.keyboard.write(keys);
    await settled();
  }

  async resize(columns: number, rows: number): Promise<void> {
    this.screen.columns = columns;
    this.screen.rows = rows;
    this.screen.emulator.resize(columns, rows);
    this.screen.emit("resize");
    await settled();
  }
}

/** Waits until a frame that was due has been drawn: on a machine that is busy with other things until it is heard again. */
export async function settled(): Promise<void> {
  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));
  await wait(150);
  const latest = performance.now() + 3000;
  for (let quiet = 0; quiet < 2 && performance.now() < latest; ) {
    const started = performance.now();
    await wait(20);
    quiet = performance.now() - started < 35 ? quiet + 1 : 0;
  }
}
