import { NnError } from "../errors.ts";

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Objects in objects, at most. */
const deepest = 32;

/** Characters of a text, at most: the state of a random generator or an order of samples fits. */
export const longestJson: number = 2 ** 24;

/**
 * A value as a JSON text that gives the same value back.
 *
 * @throws NnError `checkpoint` for what JSON cannot say, such as NaN, and for what is too deep or too long
 */
export function writeJson(value: Json): string {
  checkJson(value, "", 0);
  const text = JSON.stringify(value);
  if (text.length <= longestJson) return text;
  throw new NnError(
    "checkpoint",
    `checkpoint: what is to be kept beside the tensors takes ${text.length} characters; the most is ${longestJson}. ` +
      "Keep large things in a tree of tensors.",
  );
}

function checkJson(value: unknown, path: string, depth: number): void {
  const refuse = (found: string): NnError =>
    new NnError("checkpoint", `checkpoint: ${path || "the value"} is ${found}, which JSON cannot keep.`);
  if (value === null || typeof value === "boolean" || typeof value === "string") return;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw refuse(`${value}`);
    return;
  }
  if (typeof value !== "object") throw refuse(value === undefined ? "undefined" : `a ${typeof value}`);
  if (depth === deepest) throw refuse(`more than ${deepest} objects deep`);
  const isPlain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value));
  if (!isPlain) throw refuse(`a ${value.constructor.name}`);
  for (const [key, inner] of Object.entries(value)) {
    checkJson(inner, path === "" ? key : `${path}.${key}`, depth + 1);
  }
}

/**
 * Reads a JSON text from a stranger: no longer and no deeper than those that are written.
 *
 * @returns `undefined` for anything else
 */
export function readJson(text: string): Json | undefined {
  if (text.length > longestJson || depthOf(text) > deepest) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function depthOf(text: string): number {
  let [depth, largest, inString] = [0, 0, false];
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (inString && letter === "\\") i++;
    else if (letter === '"') inString = !inString;
    else if (!inString && (letter === "[" || letter === "{")) largest = Math.max(largest, ++depth);
    else if (!inString && (letter === "]" || letter === "}")) depth--;
  }
  return largest;
}
