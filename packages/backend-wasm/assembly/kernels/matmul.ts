import * as op from "../../src/opcodes";
import { place, shareStart, word } from "../memory";
import { gemm } from "./gemm";
import { unaryBlock } from "./unary";

/**
 * Matrix products of a batch. Words after the head: 4 units, 5 dtype, 6 batch, 7 m, 8 n, 9 k, 10 A, 11 bytes from matrix
 * to matrix, 12 from row to row, 13 from k to k; 14 B, 15 from matrix to matrix, 16 from k to k, 17 from column to
 * column; 18 C, 19 from matrix to matrix; 20 first values (0: those of C), 21 from row to row of them, 22 from column to
 * column (0: one vector for all); 23 what becomes of an element, 24 place of the learning rate, 25 an activation that is
 * no part of that (an opcode of unary, -1 for none), 26 what threads share.
 */
export function matmul(at: usize, t: usize, threads: usize, scratch: usize): void {
  if (word(at, 5) == op.FLOAT32) typed<f32>(at, t, threads, scratch);
  else typed<f64>(at, t, threads, scratch);
}

// @ts-ignore: decorator
@inline
function typed<T>(at: usize, t: usize, threads: usize, scratch: usize): void {
  const size: usize = sizeof<T>();
  const m = place(at, 7), n = place(at, 8), k = place(at, 9);
  const cRow = n * size;
  let batchStart: usize = 0, batchEnd = place(at, 6);
  let rowStart: usize = 0, rowEnd = m;
  let columnStart: usize = 0, columnEnd = n;
  const shared = word(at, 26);
  if (shared == op.ROWS) {
    rowStart = shareStart(m, t, threads);
    rowEnd = shareStart(m, t + 1, threads);
  } else if (shared == op.COLUMNS) {
    // Whole vectors, so that no two threads write to one.
    const vectors = (n + 3) >> 2;
    columnStart = min<usize>(shareStart(vectors, t, threads) << 2, n);
    columnEnd = min<usize>(shareStart(vectors, t + 1, threads) << 2, n);
  } else {
    batchStart = shareStart(batchEnd, t, threads);
    batchEnd = shareStart(place(at, 6), t + 1, threads);
  }
  if (rowStart >= rowEnd || columnStart >= columnEnd) return;
  const firstColumn = place(at, 22);
  const activation = word(at, 25);
  for (let b = batchStart; b < batchEnd; b++) {
    const c = place(at, 18) + b * word(at, 19) + rowStart * cRow + columnStart * size;
    const given = place(at, 20);
    const first = given ? given + rowStart * place(at, 21) + (firstColumn ? columnStart * size : 0) : c;
    gemm<T>(
      rowEnd - rowStart, columnEnd - columnStart, k,
      place(at, 10) + b * word(at, 11) + rowStart * place(at, 12), place(at, 12), place(at, 13),
      place(at, 14) + b * word(at, 15) + columnStart * place(at, 17), place(at, 16), place(at, 17),
      first, given ? place(at, 21) : cRow, given ? firstColumn : size,
      c, cRow, word(at, 23), place(at, 24), scratch,
    );
    if (activation >= 0) {
      const dtype = size == 4 ? op.FLOAT32 : op.FLOAT64;
      for (let r = rowStart; r < rowEnd; r++) {
        const row = c + (r - rowStart) * cRow;
        unaryBlock(activation, dtype, row, row, columnEnd - columnStart);
      }
    }
  }
}

