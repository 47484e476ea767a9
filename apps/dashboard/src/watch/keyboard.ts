import { openSync } from "node:fs";
import { ReadStream } from "node:tty";

/** A keyboard, and how to let go of it. */
export interface Keyboard {
  readonly stream: NodeJS.ReadStream;
  /** Takes the keyboard again where another program may have let go of it. */
  takeAgain(): void;
  close(): void;
}

/** The keyboard of the terminal: stdin, or the terminal itself where stdin is something else; nothing where there is none. */
export function openKeyboard(stdin: NodeJS.ReadStream): Keyboard | undefined {
  if (stdin.isTTY) return { stream: stdin, takeAgain: () => {}, close: () => {} };
  try {
    const stream = new ReadStream(openSync(process.platform === "win32" ? "\\\\.\\CONIN$" : "/dev/tty", "r"));
    return {
      stream,
      takeAgain() {
        if (!stream.isRaw) return;
        // Setting the mode that it is thought to have would do nothing.
        stream.setRawMode(false);
        stream.setRawMode(true);
      },
      close: () => void stream.destroy(),
    };
  } catch {
    return undefined;
  }
}
