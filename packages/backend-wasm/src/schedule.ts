import type { Access, Instruction } from "./code.ts";

/** An instruction in its place. */
export interface Scheduled {
  readonly instruction: Instruction;
  /** Whether all threads share it; else the first does it alone. */
  readonly isShared: boolean;
  /** Whether all threads meet after it. */
  meets: boolean;
}

/** An instruction that takes less, in nanoseconds, is done by the first thread alone. */
const aloneBelow = 250;

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
    isShared: instruction.cost >= Math.min(threadsFrom, aloneBelow),
    meets: false,
    // Those before it that it conflicts with.
    needs: new Set(instructions.slice(0, i).flatMap((other, k) => (conflict(other, instruction) ? [k] : []))),
    number: i,
  }));
  const order: Scheduled[] = [];
  let sinceMeeting: Scheduled[] = [];
  const left = new Set(waiting);
  while (left.size > 0) {
    const ready = [...left].filter(({ needs }) => needs.size === 0);
    const free = ready.find(
      (candidate) => !sinceMeeting.some((other) => mustMeet(other, candidate, threads)),
    );
    const next = free ?? ready[0];
    if (free === undefined) {
      order[order.length - 1].meets = true;
      sinceMeeting = [];
    }
    order.push(next);
    sinceMeeting.push(next);
    left.delete(next);
    for (const { needs } of left) needs.delete(next.number);
  }
  if (order.length > 0) order[order.length - 1].meets = true;
  return order;
}

function conflict(a: Instruction, b: Instruction): boolean {
  return a.accesses.some((x) => b.accesses.some((y) => collide(x, y)));
}

function mustMeet(a: Scheduled, b: Scheduled, threads: number): boolean {
  if (!a.isShared && !b.isShared) return false;
  const areShared = a.isShared && b.isShared;
  return a.instruction.accesses.some((x) =>
    b.instruction.accesses.some((y) => collide(x, y) && !(areShared && shareAlike(x, y, threads))),
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
