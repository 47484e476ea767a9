import * as op from "../src/opcodes";
import { execute } from "./index";

/**
 * How threads meet. All of them share one memory and each has its own instance of this module; thread 0 is the one that
 * JavaScript calls, the others sleep in `work` until there is a program.
 *
 * Words of the control block, in bytes from its beginning:
 */
const STARTED: usize = op.STARTED << 2;
const FIRST: usize = op.FIRST << 2;
const END: usize = op.END << 2;
const TIMES: usize = op.TIMES << 2;
const THREADS: usize = op.THREADS << 2;
const QUIT: usize = op.QUIT << 2;
const ASLEEP: usize = op.ASLEEP << 2;
const ARRIVED: usize = op.ARRIVED << 2;
const OPENED: usize = op.OPENED << 2;
const AT_BARRIER: usize = op.AT_BARRIER << 2;
const BROKEN: usize = op.BROKEN << 2;
const READY: usize = op.READY << 2;
const SCRATCH: usize = op.SCRATCH << 2;
const SCRATCH_BYTES: usize = op.SCRATCH_BYTES << 2;
const MAY_SLEEP: usize = op.MAY_SLEEP << 2;
const PATIENCE: usize = op.PATIENCE << 2;

/** Looks before a thread sleeps: some 150 microseconds. To be woken takes 25, longer than most waits between two instructions. */
const LOOKS = 200_000;
/**
 * Nanoseconds that thread 0 sleeps before it counts. A process that was stopped, or a machine that slept, has lost one such
 * piece when it goes on, and not all patience.
 */
const PIECE: i64 = 100_000_000;
/** As many looks take about as long. */
const LOOKS_OF_PIECE: i64 = 66_000_000;

/** Waits until every thread of the program is here. */
export function barrier(control: usize, t: usize, threads: i32): void {
  if (threads == 1 || load<i32>(control + BROKEN)) return;
  const opened = atomic.load<i32>(control + OPENED);
  if (atomic.add<i32>(control + ARRIVED, 1) == threads - 1) {
    atomic.store<i32>(control + ARRIVED, 0);
    atomic.store<i32>(control + OPENED, opened + 1);
    if (atomic.load<i32>(control + AT_BARRIER) > 0) atomic.notify(control + OPENED, -1);
    return;
  }
  for (let i = 0; i < LOOKS; i++) if (atomic.load<i32>(control + OPENED) != opened) return;
  if (t == 0 && load<i32>(control + MAY_SLEEP) == 0) {
    const looks = <i64>load<i32>(control + PATIENCE) * LOOKS_OF_PIECE;
    for (let i: i64 = 0; i < looks; i++) if (atomic.load<i32>(control + OPENED) != opened) return;
    store<i32>(control + BROKEN, 1);
    return;
  }
  // The others wait as long as it takes: they end with the first.
  let pieces = load<i32>(control + PATIENCE);
  atomic.add<i32>(control + AT_BARRIER, 1);
  while (atomic.load<i32>(control + OPENED) == opened) {
    if (atomic.wait<i32>(control + OPENED, opened, t == 0 ? PIECE : -1) == 2 && --pieces <= 0) {
      store<i32>(control + BROKEN, 1);
      break;
    }
  }
  atomic.sub<i32>(control + AT_BARRIER, 1);
}

/** Runs the program of the control block as thread `t`; not 0 where a thread did not come. */
export function run(control: usize, t: usize): i32 {
  const first = load<u32>(control + FIRST);
  const end = load<u32>(control + END);
  const threads = load<i32>(control + THREADS);
  const scratch = <usize>load<u32>(control + SCRATCH) + t * <usize>load<u32>(control + SCRATCH_BYTES);
  for (let times = load<i32>(control + TIMES); times > 0; times--) {
    let at: usize = first;
    while (at < end) {
      // After the last barrier the instructions may already be others: what is needed of them is read before.
      const next = at + load<u32>(at, 4);
      const meets = load<i32>(at, 8);
      const by = load<i32>(at, 12);
      if (by == op.SHARED) execute(at, t, threads, scratch);
      else if (by == op.REPEATED || t == 0) execute(at, 0, 1, scratch);
      if (meets) barrier(control, t, threads);
      at = next;
    }
    if (load<i32>(control + BROKEN)) return 1;
  }
  return 0;
}

/**
 * Starts the program on the other threads and takes part in it as the first. A program runs on one thread or on all of
 * them, and ends with a barrier: so nobody still looks at the control block when the next one is written to it.
 */
export function start(control: usize): i32 {
  if (load<i32>(control + THREADS) > 1) {
    atomic.add<i32>(control + STARTED, 1);
    if (atomic.load<i32>(control + ASLEEP) > 0) atomic.notify(control + STARTED, -1);
  }
  return run(control, 0);
}

/** What the other threads do: wait for a program, take part in it, again and again until they are told to leave. */
export function work(control: usize, t: usize): void {
  // No program is started before all are ready.
  let seen = 0;
  atomic.add<i32>(control + READY, 1);
  for (;;) {
    for (let i = 0; i < LOOKS; i++) if (atomic.load<i32>(control + STARTED) != seen) break;
    if (atomic.load<i32>(control + STARTED) == seen) {
      atomic.add<i32>(control + ASLEEP, 1);
      atomic.wait<i32>(control + STARTED, seen, -1);
      atomic.sub<i32>(control + ASLEEP, 1);
    }
    if (atomic.load<i32>(control + QUIT)) return;
    const started = atomic.load<i32>(control + STARTED);
    if (started == seen) continue;
    seen = started;
    run(control, t);
  }
}
