import { readFile, stat } from "node:fs/promises";
import {
  type Checkpoint,
  type CheckpointContent,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../checkpoints/checkpoint.ts";
import { NnError } from "../errors.ts";
import { saveFile } from "./save-file.ts";

/**
 * Writes a checkpoint to a file, whole or not at all: see `saveFile`. Killed at any moment, a program leaves the earlier
 * file or the new one.
 *
 * @throws NnError `checkpoint` for facts that JSON cannot keep, `file-unwritable`
 * @example
 * await saveCheckpoint("run.safetensors", { parameters, state, step, seed: 7 });
 */
export async function saveCheckpoint(path: string, content: CheckpointContent): Promise<void> {
  await saveFile(path, await encodeCheckpoint(content));
}

/**
 * Reads a checkpoint from a file and checks that it is whole.
 *
 * @throws NnError `file-unreadable`, and what `decodeCheckpoint` throws
 * @example
 * const checkpoint = await loadCheckpoint("run.safetensors");
 * restore(checkpoint, { parameters, state });
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  return decodeCheckpoint(await readWhole(path), { name: path });
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    // A device or a pipe may never end.
    if (!(await stat(path)).isFile()) throw new Error("it is no ordinary file");
    return await readFile(path);
  } catch (cause) {
    throw new NnError(
      "file-unreadable",
      `${path}: the file cannot be read (${cause instanceof Error ? cause.message : String(cause)}). ` +
        "Check the path, and that you may read it.",
      { cause },
    );
  }
}
