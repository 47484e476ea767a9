import type { TracedValue } from "../export/traced-graph.ts";
import type { Code, Operand } from "./code.ts";

/** One value and how it is made. */
export interface Statement {
  readonly value: TracedValue;
  readonly code: Code;
}

/** Statements that are repeated: `rounds` times `length` of them from `start` on. */
export interface Loop {
  readonly start: number;
  readonly length: number;
  readonly rounds: number;
  /** By the place in a round: values that the next round takes, and what the first one takes for them. */
  readonly carried: ReadonlyMap<number, Operand>;
}

/** Loops of fewer rounds are not worth their reading, and of longer ones few would be found. */
const leastRounds = 3;
const longest = 256;

/**
 * Finds loops: an LSTM that was traced is the same statements for each of its steps.
 *
 * @param output what is made last; of a loop only the last value or all of them in order may be used after it
 */
export function findLoops(statements: readonly Statement[], output: TracedValue): Loop[] {
  const keys = statements.map(({ code }) => keyOf(code));
  const places = new Map(statements.map(({ value }, i) => [value, i]));
  const loops: Loop[] = [];
  const search = (from: number, to: number): void => {
    const best = bestLoop(from, to);
    if (best === undefined) return;
    search(from, best.start);
    loops.push(best);
    search(best.start + best.length * best.rounds, to);
  };
  search(0, statements.length);
  return loops;

  function bestLoop(from: number, to: number): Loop | undefined {
    let best: Loop | undefined;
    for (let length = 1; length <= Math.min(longest, (to - from) / leastRounds); length++) {
      for (let first = from; first + leastRounds * length <= to; ) {
        let end = first;
        while (end + length < to && keys[end] === keys[end + length]) end++;
        // Statements from `first` to `end + length` repeat; which of them is a round's first is to be found.
        for (let start = first; start < first + length; start++) {
          const rounds = Math.floor((end + length - start) / length);
          const saved = best === undefined ? 0 : best.length * (best.rounds - 1);
          if (rounds < leastRounds || (rounds - 1) * length <= saved) continue;
          best = loopAt({ start, length, rounds }, statements, places, output) ?? best;
        }
        first = end + 1;
      }
    }
    return best;
  }
}

type Place = Pick<Loop, "start" | "length" | "rounds">;

function loopAt(
  { start, length, rounds }: Place,
  statements: readonly Statement[],
  places: ReadonlyMap<TracedValue, number>,
  output: TracedValue,
): Loop | undefined {
  const end = start + length * rounds;
  const carried = new Map<number, Operand>();
  for (let place = 0; place < length; place++) {
    const codes = Array.from(
      { length: rounds },
      (_, round) => statements[start + round * length + place].code,
    );
    const fits = codes[0].every((piece, i) => {
      const pieces = codes.map((code) => code[i]);
      if (typeof piece === "string") return true;
      if (typeof piece === "number") return isLinear(pieces as readonly number[]);
      const operands = pieces.map((found) => (Array.isArray(found) ? found : [found])) as Operand[][];
      return operands[0].every((_, k) => isRegular(operands.map((round) => round[k])));
    });
    if (!fits) return undefined;
  }
  const isUsedWell = statements.every(({ code }, i) => (i >= start && i < end) || code.every(isLast));
  return isUsedWell && isLast({ value: output, repeats: false })
    ? { start, length, rounds, carried }
    : undefined;

  // Always the same from outside, or of the same round, or of the round before.
  function isRegular(operands: readonly Operand[]): boolean {
    const found = operands.map(({ value }) => places.get(value) ?? -1);
    const relative = found.map((place, round) => place - start - round * length);
    const [, second] = relative;
    if (found.every((place) => place < start))
      return operands.every(({ value }) => value === operands[0].value);
    if (relative.some((place, round) => round > 0 && place !== second)) return false;
    if (second >= 0) return relative[0] === second;
    if (second < -length || found[0] >= start) return false;
    const known = carried.get(second + length);
    if (known !== undefined && known.value !== operands[0].value) return false;
    carried.set(second + length, {
      value: operands[0].value,
      repeats: operands[0].repeats && (known?.repeats ?? true),
    });
    return true;
  }

  function isLast(piece: Code[number]): boolean {
    if (typeof piece !== "object") return true;
    if ("length" in piece) return allOf(piece, statements, { start, length, rounds }) || piece.every(isLast);
    const place = places.get(piece.value) ?? -1;
    return place < start || place >= end - length;
  }
}

/** Whether a list is all values of one place in the rounds of a loop, in order. */
export function allOf(operands: readonly Operand[], statements: readonly Statement[], loop: Place): boolean {
  const { start, length, rounds } = loop;
  if (operands.length !== rounds) return false;
  const place = statements.slice(start, start + length).findIndex(({ value }) => value === operands[0].value);
  return (
    place >= 0 &&
    operands.every(({ value }, round) => value === statements[start + round * length + place].value)
  );
}

function isLinear(numbers: readonly number[]): boolean {
  const [first, second] = numbers;
  return (
    numbers.every((number) => Object.is(number, first)) ||
    numbers.every((number, round) => number === first + round * (second - first))
  );
}

// What is one for expressions that differ in numbers and values alone.
function keyOf(code: Code): string {
  return code
    .map((piece) =>
      typeof piece === "string"
        ? piece
        : typeof piece === "number"
          ? "\0"
          : "length" in piece
            ? `\u0001${piece.length}`
            : "\u0002",
    )
    .join("\u0003");
}
