import type { Extent, TracedValue } from "../export/traced-graph.ts";

/** A value that an expression takes. */
export interface Operand {
  readonly value: TracedValue;
  /** Whether fewer numbers will do, which are repeated. */
  readonly repeats: boolean;
}

/** A piece of an expression: text, a number, a value, or a list of values. */
type Piece = string | number | Operand | readonly Operand[];

/** An expression in pieces, so that two that differ in their numbers and values alone can be told to be one. */
export type Code = readonly Piece[];

/** Joins pieces: what stands in the template is text. */
export function code(texts: TemplateStringsArray, ...pieces: readonly (Piece | Code)[]): Code {
  return texts.flatMap((text, i): Code => {
    const piece = pieces[i];
    if (piece === undefined) return [text];
    return isCode(piece) ? [text, ...piece] : [text, piece];
  });
}

function isCode(piece: Piece | Code): piece is Code {
  return Array.isArray(piece) && piece.some((part) => typeof part !== "object" || "length" in part);
}

/** Pieces in brackets. */
export function list(parts: readonly Code[]): Code {
  return ["[", ...parts.flatMap((part, i) => (i === 0 ? part : [", ", ...part])), "]"];
}

/** A number that may grow with a power of the batch. */
export interface Amount {
  readonly times: number;
  readonly batches: number;
}

export function amountOf(extent: Extent): Amount {
  return typeof extent === "number" ? { times: extent, batches: 0 } : { times: extent.batch, batches: 1 };
}

export function product(amounts: readonly Amount[]): Amount {
  const times = amounts.reduce((all, amount) => all * amount.times, 1);
  return { times, batches: times === 0 ? 0 : amounts.reduce((all, amount) => all + amount.batches, 0) };
}

export function isSame(a: Amount, b: Amount): boolean {
  return a.times === b.times && a.batches === b.batches;
}

/** An amount in the code of `predict`, in which the batch is called `count`. */
export function amount({ times, batches }: Amount): Code {
  const factors = Array.from({ length: batches }, () => "count").join(" * ");
  if (batches === 0) return [times];
  return times === 1 ? [factors] : [`${factors} * `, times];
}
