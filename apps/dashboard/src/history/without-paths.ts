import { homedir } from "node:os";
import type { Json } from "./record.ts";

/**
 * A text with each absolute path, and each that leads upwards or home, cut to its last part: a kept run may be shown to
 * others, and a path says whose it is.
 *
 * @example
 * withoutPaths("cannot read /data/mnist/labels"); // "cannot read labels"
 */
export function withoutPaths(text: string, home: string = homedir(), here: string = process.cwd()): string {
  let shorter = text.replaceAll(/file:\/{2,3}(?=\S)/g, "/");
  // These two may hold blanks, which end any other path.
  for (const known of [here, home]) if (known.length > 1) shorter = shorter.replaceAll(known, "~");
  return shorter.replaceAll(posixPath, "$1").replaceAll(windowsPath, "$1");
}

// Not after a letter, a slash or a colon: `images/s` and `https://host/x` are none.
const posixPath = /(?<![\w/:])(?:~|\.{1,2})?\/(?:[^\s/'"`:]+\/)*([^\s/'"`:]+)\/?/g;
const windowsPath = /(?<!\w)(?:[A-Za-z]:|~|\\)[\\/](?:[^\s\\/'"`:]+[\\/])*([^\s\\/'"`:]+)[\\/]?/g;

/** The same for every text in a value. What begins like a path is one to its end, blanks included. */
export function jsonWithoutPaths(value: Json): Json {
  if (typeof value === "string") return withoutPathAtEnd(value);
  if (Array.isArray(value)) return value.map(jsonWithoutPaths);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonWithoutPaths(inner)]));
}

/** `folder /data/my digits` as `folder my digits`. */
function withoutPathAtEnd(text: string): string {
  const path = /(?<=^| )(?:[A-Za-z]:|~|\.{1,2})?[\\/].*$/.exec(text);
  if (path === null) return text;
  const last = path[0].split(/[\\/]/).findLast((part) => part !== "") ?? "";
  return text.slice(0, path.index) + last;
}
