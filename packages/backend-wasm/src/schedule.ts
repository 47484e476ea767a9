import type { Access, Instruction } from "./code.ts";
import { ALONE, REPEATED, SHARED } from "./opcodes.ts";

/** An instruction in its place. */
export interface Scheduled {
  readonly instruction: Instruction;
  /** `ALONE`, `SHARED` or `REPEATED`. */
  readonly by: number;
  /** Whether all threads meet after it. */
  meets: boolean;
}

/** An instruction that takes less, in nanoseconds, is done by the first thread alone, if it matters who does it. */
const aloneBelow = 250;
/** One that takes less is rather done by every thread for itself than shared, where it writes each place once. */
const repeatedBelow = 20_000;

/**
 * Orders instructions for several threads. An instruction comes after those whose results it needs, and where another
 * thread may have made them, or still needs what it writes to, the threads meet first. Instructions that need no meeting
 * come forward, so that there are few.
 */
export function scheduled(
  instructions: readonly Instruction[],
  threads: number,
  threadsFrom: number = aloneBelow,
): readonly Scheduled[] {
  const waiting = instructions.map((instruction, i) => ({
    instruction,
    ways: waysOf(instruction, Math.min(threadsFrom, aloneBelow)),
    // Those before it that it conflicts with.
    needs: new Set(instructions.slice(0, i).flatMap((other, k) => (conflict(other, instruction) ? [k] : []))),
    number: i,
  }));
  const order: Scheduled[] = [];
  let sinceMeeting: Scheduled[] = [];
  const left = new Set(waiting);
  while (left.size > 0) {
    const ready = [...left].filter(({ needs }) => needs.size === 0);
    let next = ready[0];
    let by = next.ways[0];
    const isFree = ready.some((candidate) => {
      const way = candidate.ways.find((way) => {
        const placed = { instruction: candidate.instruction, by: way, meets: false };
        return !sinceMeeting.some((other) => mustMeet(other, placed, threads));
      });
      if (way === undefined) return false;
      next = candidate;
      by = way;
      return true;
    });
    if (!isFree) {
      order[order.length - 1].meets = true;
      sinceMeeting = [];
    }
    const placed = { instruction: next.instruction, by, meets: false };
    order.push(placed);
    sinceMeeting.push(placed);
    left.delete(next);
    for (const { needs } of left) needs.delete(next.number);
  }
  if (order.length > 0) order[order.length - 1].meets = true;
  return order;
}

// How an instruction may be done, the best way first.
function waysOf({ cost, writesOnce, accesses }: Instruction, sharedFrom: number): readonly number[] {
  // What it reads must stay as it is while others still read it.
  const results = accesses.filter(({ writes }) => writes);
  const canRepeat =
    writesOnce &&
    cost < repeatedBelow &&
    results.every(({ buffer }) => buffer.isOwn) &&
    !accesses.some((access) => !access.writes && results.some((result) => collide(access, result)));
  const usual = cost < sharedFrom ? [ALONE, SHARED] : [SHARED];
  return canRepeat ? [REPEATED, ...usual] : usual;
}

function conflict(a: Instruction, b: Instruction): boolean {
  return a.accesses.some((x) => b.accesses.some((y) => collide(x, y)));
}

function mustMeet(a: Scheduled, b: Scheduled, threads: number): boolean {
  if (a.by === ALONE && b.by === ALONE) return false;
  return a.instruction.accesses.some((x) =>
    b.instruction.accesses.some((y) => {
      if (!collide(x, y)) return false;
      // Every thread has what it wrote itself.
      if (a.by === REPEATED && x.writes && !y.writes) return false;
      return !(a.by === SHARED && b.by === SHARED && shareAlike(x, y, threads));
    }),
  );
}

// Both see the same memory, or may, and one changes it.
function collide(a: Access, b: Access): boolean {
  if (!a.writes && !b.writes) return false;
  if (a.buffer.input >= 0 || b.buffer.input >= 0) {
    // Arguments may lie anywhere but in what is the program's own.
    if (a.buffer.input !== b.buffer.input) return !(a.buffer.isOwn || b.buffer.isOwn);
  }
  const [startA, startB] = [startOf(a), startOf(b)];
  return startA < startB + b.bytes && startB < startA + a.bytes;
}

function startOf({ buffer, start }: Access): number {
  return buffer.input >= 0 ? start : buffer.pointer + start;
}

// Each thread sees the same bytes in both.
function shareAlike(a: Access, b: Access, threads: number): boolean {
  if (a.units === 0 || b.units === 0 || a.bytes !== b.bytes || a.buffer.input !== b.buffer.input)
    return false;
  if (startOf(a) !== startOf(b)) return false;
  for (let t = 1; t < threads; t++) if (shareStart(a, t, threads) !== shareStart(b, t, threads)) return false;
  return true;
}

function shareStart({ units, bytes }: Access, t: number, threads: number): number {
  return Math.floor((units * t) / threads) * (bytes / units);
}
