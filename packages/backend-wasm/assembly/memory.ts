/** Copies bytes that do not overlap; short runs without a call into the engine. */
export function move(to: usize, from: usize, bytes: usize): void {
  if (bytes >= 512) {
    memory.copy(to, from, bytes);
    return;
  }
  const end = from + bytes;
  while (from + 16 <= end) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  if (bytes & 8) {
    store<u64>(to, load<u64>(from));
    from += 8;
    to += 8;
  }
  if (bytes & 4) {
    store<u32>(to, load<u32>(from));
    from += 4;
    to += 4;
  }
  while (from < end) store<u8>(to++, load<u8>(from++));
}

/** Word `i` of an instruction. */
// @ts-ignore: decorator
@inline
export function word(instruction: usize, i: usize): i32 {
  return load<i32>(instruction + (i << 2));
}

/** Word `i` of an instruction as a place in memory or a size. */
// @ts-ignore: decorator
@inline
export function place(instruction: usize, i: usize): usize {
  return <usize>load<u32>(instruction + (i << 2));
}

/** Where the share of thread `t` of `threads` begins, of `count` units that follow one another. */
// @ts-ignore: decorator
@inline
export function shareStart(count: usize, t: usize, threads: usize): usize {
  return threads == 1 ? (t == 0 ? 0 : count) : <usize>((<u64>count * t) / threads);
}
