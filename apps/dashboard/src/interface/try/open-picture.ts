import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "../../errors.ts";
import { ImageFileError, readImageFile } from "../../run/image-file.ts";
import type { KeyContext } from "../keys.ts";
import { emptyDrawing, padSide } from "./drawing-pad.ts";

/**
 * Makes the picture in a file the drawing on the screen Try. Where that cannot be, the question for the file is there again
 * with what is wrong.
 */
export async function openPicture(text: string, { look }: KeyContext): Promise<void> {
  try {
    const pixels = await readImageFile(pathOf(text), { rows: padSide, columns: padSide });
    look(() => ({ attempt: { drawing: { ...emptyDrawing, pixels } } }));
  } catch (error) {
    const complaint = error instanceof ImageFileError ? error.problem : messageOf(error);
    look(({ prompt }) => ({ prompt: prompt ?? { for: "picture", text, complaint } }));
  }
}

/**
 * The path that was typed, or pasted by dragging a file into the terminal, which may put quotes around it, a backslash before
 * its spaces, or write it as an address.
 *
 * @example
 * pathOf("'~/my seven.png' "); // "/home/me/my seven.png"
 */
export function pathOf(text: string): string {
  const word = text.trim();
  const [, , quoted] = /^(["'])(.*)\1$/.exec(word) ?? [];
  if (quoted === undefined && word.startsWith("file://")) return fileURLToPath(word);
  // On Windows a backslash parts folders.
  const isEscaped = quoted === undefined && process.platform !== "win32";
  const plain = quoted ?? (isEscaped ? word.replaceAll(/\\(.)/g, "$1") : word);
  return /^~(?=$|[\\/])/.test(plain) ? join(homedir(), plain.slice(1)) : plain;
}
