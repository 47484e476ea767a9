import * as op from "../../src/opcodes";
import { move, place, shareStart, word } from "../memory";
import { binaryBlock } from "./binary";
import { castBlock } from "./cast";
import { compareBlock } from "./compare";
import { unaryBlock } from "./unary";
import { whereBlock } from "./where";

/**
 * A chain of elementwise steps over one shape, in one pass: blocks of elements go through all steps while they are in
 * the first cache, and only what is asked for reaches memory. A single step is a chain of one.
 *
 * Words of the instruction after its head:
 *   4 units, 5 elements in a unit, 6 axes, 7 inputs, 8 outputs, 9 temporaries, 10 steps,
 *   the size of each axis,
 *   each input: place, kind, log2 of an element's bytes, a stride in elements for each axis,
 *   each output: place, log2 of an element's bytes,
 *   each step: code, destination, up to three sources: numbers of inputs, then outputs, then temporaries.
 */

/** Elements that go through the steps together. */
const BLOCK: usize = 1024;
const BLOCK_BYTES: usize = BLOCK * 8 + 16;
/** Inputs, outputs and temporaries that a chain may have. */
const OPERANDS: usize = 24;
/** Scratch that a thread needs: a pointer and a block for each operand. */
export const CHAIN_SCRATCH: usize = OPERANDS * (BLOCK_BYTES + 4) + 16;

const HEAD: usize = 11;

export function elementwise(at: usize, t: usize, threads: usize, scratch: usize): void {
  const units = place(at, 4);
  const unit = place(at, 5);
  const axes = place(at, 6);
  const inputs = place(at, 7);
  const outputs = place(at, 8);
  const temporaries = place(at, 9);
  const steps = place(at, 10);
  const shape = at + (HEAD << 2);
  const inputTable = shape + (axes << 2);
  const inputBytes = (axes + 3) << 2;
  const outputTable = inputTable + inputs * inputBytes;
  const stepTable = outputTable + (outputs << 3);
  const pointers = scratch;
  const blocks = scratch + OPERANDS * 4;

  let e = shareStart(units, t, threads) * unit;
  const end = shareStart(units, t + 1, threads) * unit;
  if (e == end) return;
  for (let i: usize = 0; i < inputs; i++) {
    const input = inputTable + i * inputBytes;
    if (word(input, 1) == op.CONSTANT) {
      const block = blocks + i * BLOCK_BYTES;
      spread(block, place(input, 0), word(input, 2), min<usize>(end - e, BLOCK));
      store<u32>(pointers + (i << 2), <u32>block);
    }
  }
  for (let i: usize = 0; i < temporaries; i++) {
    const operand = inputs + outputs + i;
    store<u32>(pointers + (operand << 2), <u32>(blocks + operand * BLOCK_BYTES));
  }
  while (e < end) {
    const count = min<usize>(end - e, BLOCK);
    for (let i: usize = 0; i < inputs; i++) {
      const input = inputTable + i * inputBytes;
      const kind = word(input, 1);
      if (kind == op.CONSTANT) continue;
      const shift = word(input, 2);
      let from = place(input, 0);
      if (kind == op.DIRECT) {
        from += e << shift;
      } else {
        const block = blocks + i * BLOCK_BYTES;
        gather(block, from, shift, shape, input + 12, axes, e, count);
        from = block;
      }
      store<u32>(pointers + (i << 2), <u32>from);
    }
    for (let i: usize = 0; i < outputs; i++) {
      const output = outputTable + (i << 3);
      store<u32>(pointers + ((inputs + i) << 2), <u32>(place(output, 0) + (e << word(output, 1))));
    }
    for (let s: usize = 0; s < steps; s++) {
      const step = stepTable + s * 20;
      run(
        word(step, 0),
        place(pointers, word(step, 1)),
        place(pointers, word(step, 2)),
        place(pointers, word(step, 3)),
        place(pointers, word(step, 4)),
        count,
      );
    }
    e += count;
  }
}

/** One step on a block. */
function run(code: i32, out: usize, a: usize, b: usize, c: usize, count: usize): void {
  const dtype = code & 3;
  const name = (code >>> 2) & 63;
  switch (code >>> 8) {
    case op.UNARY: unaryBlock(name, dtype, out, a, count); break;
    case op.BINARY: binaryBlock(name, dtype, out, a, b, count); break;
    case op.COMPARE: compareBlock(name, dtype, out, a, b, count); break;
    case op.WHERE: whereBlock(dtype, out, a, b, c, count); break;
    case op.CAST: castBlock(name, dtype, out, a, count); break;
  }
}

// `count` times the element at `from`.
export function spread(to: usize, from: usize, shift: i32, count: usize): void {
  if (shift == 2) {
    const value = v128.load32_splat(from);
    for (let i: usize = 0; i < count; i += 4) v128.store(to + (i << 2), value);
  } else if (shift == 3) {
    const value = v128.load64_splat(from);
    for (let i: usize = 0; i < count; i += 2) v128.store(to + (i << 3), value);
  } else {
    memory.fill(to, load<u8>(from), count);
  }
}

// Elements `e` to `e + count` of a strided view, in row-major order of its shape.
function gather(to: usize, base: usize, shift: i32, shape: usize, strides: usize, axes: usize, e: usize, count: usize): void {
  const inner = axes - 1;
  const length = place(shape, inner);
  const stride = word(strides, inner);
  let row = e / length;
  let column = e - row * length;
  while (count > 0) {
    // Where the row begins: its number taken apart, the last axis but one first.
    let rest = row;
    let offset: i32 = 0;
    for (let axis = <i32>inner - 1; axis >= 0; axis--) {
      const extent = place(shape, axis);
      const above = rest / extent;
      offset += <i32>(rest - above * extent) * word(strides, axis);
      rest = above;
    }
    const take = min<usize>(count, length - column);
    const from = base + ((offset + <i32>column * stride) << shift);
    if (stride == 1) move(to, from, take << shift);
    else if (stride == 0) fillRun(to, from, shift, take);
    else if (shift == 2) strided<u32>(to, from, stride << 2, take);
    else if (shift == 3) strided<u64>(to, from, stride << 3, take);
    else strided<u8>(to, from, stride, take);
    to += take << shift;
    count -= take;
    column = 0;
    row++;
  }
}

// As `spread`, but writing no further than `count` elements.
function fillRun(to: usize, from: usize, shift: i32, count: usize): void {
  if (shift == 2) {
    const value = load<u32>(from);
    for (let i: usize = 0; i < count; i++) store<u32>(to + (i << 2), value);
  } else if (shift == 3) {
    const value = load<u64>(from);
    for (let i: usize = 0; i < count; i++) store<u64>(to + (i << 3), value);
  } else {
    memory.fill(to, load<u8>(from), count);
  }
}

// @ts-ignore: decorator
@inline
function strided<T>(to: usize, from: usize, step: i32, count: usize): void {
  for (let i: usize = 0; i < count; i++) {
    store<T>(to, load<T>(from));
    to += sizeof<T>();
    from += step;
  }
}
