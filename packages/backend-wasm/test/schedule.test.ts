import { runConformance } from "@gradwerk/backend-testkit";
import { createWasmBackend } from "@gradwerk/backend-wasm";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { WasmBuffer } from "../src/buffer.ts";
import { type Access, type Instruction, ProgramCode } from "../src/code.ts";
import { REPEATED, SHARED } from "../src/opcodes.ts";
import { type Scheduled, scheduled } from "../src/schedule.ts";

/** Bytes that one thread touches: from and to, in a memory or, for arguments, in one of their own. */
interface Touched {
  readonly buffer: WasmBuffer;
  readonly from: number;
  readonly to: number;
  readonly writes: boolean;
}

/** What thread `t` touches of an access, when the instruction is shared. */
function touchedBy({ buffer, start, bytes, units, writes }: Access, t: number, threads: number): Touched {
  const base = buffer.input >= 0 ? start : buffer.pointer + start;
  if (units === 0) return { buffer, from: base, to: base + bytes, writes };
  const unit = bytes / units;
  const first = Number((BigInt(units) * BigInt(t)) / BigInt(threads));
  const next = Number((BigInt(units) * BigInt(t + 1)) / BigInt(threads));
  return { buffer, from: base + first * unit, to: base + next * unit, writes };
}

/** Whether the order matters in which two threads do this. */
function interferes(a: Touched, b: Touched): boolean {
  if (!a.writes && !b.writes) return false;
  if (a.from === a.to || b.from === b.to) return false;
  const [x, y] = [a.buffer, b.buffer];
  if (x.input !== y.input) return !x.isOwn && !y.isOwn;
  return Math.max(a.from, b.from) < Math.min(a.to, b.to);
}

const wholeOf = (access: Access): Touched => touchedBy({ ...access, units: 0 }, 0, 1);

function touchedIn({ instruction, by }: Scheduled, t: number, threads: number): Touched[] {
  if (by === SHARED) return instruction.accesses.map((access) => touchedBy(access, t, threads));
  return by === REPEATED || t === 0 ? instruction.accesses.map(wholeOf) : [];
}

/**
 * Whether the order matters in which one thread does `earlier` and another `later`. What every thread writes for itself,
 * always the same, it may read while others still write it.
 */
function conflicts(earlier: Scheduled, t: number, later: Scheduled, u: number, threads: number): boolean {
  return touchedIn(earlier, t, threads).some((a) =>
    touchedIn(later, u, threads).some((b) => {
      const isOwnResult = earlier.by === REPEATED && a.writes && (earlier === later ? b.writes : !b.writes);
      return interferes(a, b) && !isOwnResult;
    }),
  );
}

/** What is wrong with an order, found by looking at every pair of instructions, threads and accesses. */
function faultsOf(
  given: readonly Instruction[],
  order: readonly Scheduled[],
  threads: number,
): readonly string[] {
  const faults: string[] = [];
  const placeOf = new Map(order.map(({ instruction }, place) => [instruction, place]));
  if (order.length !== given.length || given.some((instruction) => !placeOf.has(instruction))) {
    return ["not every instruction comes once"];
  }
  for (const [j, later] of given.entries()) {
    for (const [i, earlier] of given.slice(0, j).entries()) {
      const depends = earlier.accesses.some((a) =>
        later.accesses.some((b) => interferes(wholeOf(a), wholeOf(b))),
      );
      if (depends && Number(placeOf.get(earlier)) > Number(placeOf.get(later)))
        faults.push(`${j} before ${i}`);
    }
  }
  const everyTwo = Array.from({ length: threads ** 2 }, (_, i) => [
    Math.floor(i / threads),
    i % threads,
  ]).filter(([t, u]) => t !== u);
  let phase: Scheduled[] = [];
  for (const next of order) {
    const before = next.by === REPEATED ? [...phase, next] : phase;
    for (const other of before) {
      for (const [t, u] of everyTwo) {
        if (!conflicts(other, t, next, u, threads)) continue;
        const places = [other, next].map(({ instruction }) => placeOf.get(instruction));
        faults.push(`threads ${t} and ${u} do not meet between ${places.join(" and ")}`);
      }
    }
    phase = next.meets ? [] : [...phase, next];
  }
  if (phase.length > 0) faults.push("no meeting at the end");
  return faults;
}

const buffers: readonly WasmBuffer[] = [
  new WasmBuffer("uint8", 64, 1000, -1, true),
  // A part of the one before, as temporaries that share a place.
  new WasmBuffer("uint8", 40, 1000, -1, true),
  new WasmBuffer("uint8", 64, 2000, -1, true),
  new WasmBuffer("uint8", 64, 3000),
  new WasmBuffer("uint8", 64, 4000),
  new WasmBuffer("uint8", 64, 0, 0),
  new WasmBuffer("uint8", 64, 0, 1),
];

const access: fc.Arbitrary<Access> = fc
  .record({
    buffer: fc.constantFrom(...buffers),
    start: fc.constantFrom(0, 0, 0, 8, 24),
    units: fc.constantFrom(0, 0, 1, 2, 4, 5, 8),
    unit: fc.constantFrom(1, 2, 4),
    bytes: fc.integer({ min: 1, max: 40 }),
    writes: fc.boolean(),
  })
  .map(({ unit, bytes, ...rest }) => ({ ...rest, bytes: rest.units > 0 ? rest.units * unit : bytes }));

const instruction: fc.Arbitrary<Instruction> = fc
  .record({
    cost: fc.constantFrom(10, 10_000, 10_000, 100_000),
    writesOnce: fc.boolean(),
    accesses: fc.array(access, { minLength: 1, maxLength: 4 }),
  })
  .map((given) => ({ words: new Int32Array(5), ownPlaces: [], inputPlaces: [], ...given }));

describe("an order for several threads", () => {
  test("keeps dependencies, and threads meet wherever one needs what another touches", () => {
    fc.assert(
      fc.property(
        fc.array(instruction, { maxLength: 14 }),
        fc.integer({ min: 2, max: 5 }),
        (given, threads) => {
          expect(faultsOf(given, scheduled(given, threads), threads)).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("of instructions that share alike has one meeting, at the end", () => {
    const [own, other] = [buffers[0], buffers[2]];
    const whole = { start: 0, bytes: 64, units: 16 };
    const step = (from: WasmBuffer, to: WasmBuffer): Instruction => ({
      words: new Int32Array(5),
      cost: 10_000,
      writesOnce: false,
      accesses: [
        { ...whole, buffer: from, writes: false },
        { ...whole, buffer: to, writes: true },
      ],
      ownPlaces: [],
      inputPlaces: [],
    });
    const order = scheduled([step(own, other), step(other, own), step(own, other)], 3);
    expect(order.map(({ meets }) => meets)).toEqual([false, false, true]);
  });
});

describe("the instructions of real programs", async () => {
  // Every program of the conformance kit, as it is compiled.
  const codes = new Set<ProgramCode>();
  const end = ProgramCode.prototype.end;
  const spy = vi.spyOn(ProgramCode.prototype, "end").mockImplementation(function (
    this: ProgramCode,
    cost,
    writesOnce,
  ) {
    codes.add(this);
    end.call(this, cost, writesOnce);
  });
  const create = () => createWasmBackend({ threads: 2, threadsFrom: 0 });
  for await (const _ of runConformance(create, { only: /^(captured|fused) / }));
  spy.mockRestore();
  const programs = [...codes].map(({ instructions }) => instructions);

  test("say what they touch within their buffers", () => {
    expect(programs.length).toBeGreaterThan(50);
    for (const { accesses } of programs.flat()) {
      for (const { buffer, start, bytes } of accesses) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(start + bytes).toBeLessThanOrEqual(buffer.length * 2 ** buffer.shift);
        expect(bytes).toBeGreaterThan(0);
      }
      expect(accesses.some(({ writes }) => writes)).toBe(true);
    }
  });

  test.each([2, 3, 4])("have an order for %d threads", (threads) => {
    for (const program of programs) {
      expect(faultsOf(program, scheduled(program, threads, 0), threads)).toEqual([]);
    }
  });
});
