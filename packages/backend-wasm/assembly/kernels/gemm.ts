import { DESCEND, PACKED_DEPTH, STORE } from "../../src/opcodes";
import { move } from "../memory";
import { madd } from "../simd";
import { blocks1, blocks2, blocks3, row } from "./register-block";

/**
 * Matrix products. Each element is one chain of multiply-adds, from its first value on through k = 0, 1, 2, ...,
 * whatever the block sizes and the number of threads: so a product has the same bits however it is cut up, and the
 * sparse way, which leaves out multiplications by 0, has them too.
 *
 * A register block is up to 6 rows by two vectors of columns, or 4 rows by three. While all rows pass over them,
 * columns of B stay in the first cache, packed side by side where they lie apart.
 */

/** How many k at a time. */
const DEPTH: usize = PACKED_DEPTH;
/** How many bytes of a row of B are packed at a time. */
const WIDTH: usize = 2048;
/** How many rows of A at a time: they stay in the second cache while the columns of B pass over them. */
const HEIGHT: usize = 120;
/** Rows of A are packed so many side by side: both 4 and 6 divide it. */
const GROUP: usize = 12;
/** Scratch that a thread needs: packed B, packed A. */
export const GEMM_SCRATCH: usize = DEPTH * WIDTH + DEPTH * HEIGHT * 8;

/** Eight vectors of one row: for a single row, where a narrower block would wait for each sum. */
function wideRow<T>(
  k: usize, a: usize, aStep: usize, b: usize, bStep: usize, first: usize, c: usize, mode: i32, rate: v128,
): void {
  let c0 = v128.load(first), c1 = v128.load(first, 16), c2 = v128.load(first, 32), c3 = v128.load(first, 48);
  let c4 = v128.load(first, 64), c5 = v128.load(first, 80), c6 = v128.load(first, 96), c7 = v128.load(first, 112);
  for (let i: usize = 0; i < k; i++) {
    const x = v128.load_splat<T>(a);
    c0 = madd<T>(x, v128.load(b), c0);
    c1 = madd<T>(x, v128.load(b, 16), c1);
    c2 = madd<T>(x, v128.load(b, 32), c2);
    c3 = madd<T>(x, v128.load(b, 48), c3);
    c4 = madd<T>(x, v128.load(b, 64), c4);
    c5 = madd<T>(x, v128.load(b, 80), c5);
    c6 = madd<T>(x, v128.load(b, 96), c6);
    c7 = madd<T>(x, v128.load(b, 112), c7);
    a += aStep;
    b += bStep;
  }
  row<T>(2, c, c0, c1, c1, 0, mode, rate);
  row<T>(2, c + 32, c2, c3, c3, 0, mode, rate);
  row<T>(2, c + 64, c4, c5, c5, 0, mode, rate);
  row<T>(2, c + 96, c6, c7, c7, 0, mode, rate);
}

function near1<T>(rows: i32, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, first: usize, firstRow: usize, c: usize, cRow: usize, tail: usize, mode: i32, rate: v128): void {
  blocks1<T>(false, rows, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate);
}

function near2<T>(rows: i32, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, first: usize, firstRow: usize, c: usize, cRow: usize, tail: usize, mode: i32, rate: v128): void {
  blocks2<T>(false, rows, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate);
}

function near3<T>(rows: i32, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, first: usize, firstRow: usize, c: usize, cRow: usize, tail: usize, mode: i32, rate: v128): void {
  blocks3<T>(false, rows, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate);
}

// All rows over `vectors` vectors of columns.
function columns<T>(vectors: i32, rows: usize, k: usize, a: usize, aGroup: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, first: usize, firstRow: usize, c: usize, cRow: usize, tail: usize, mode: i32, rate: v128): void {
  const height: usize = vectors == 3 ? 4 : 6;
  for (let r: usize = 0; r < rows; r += height) {
    const left = <i32>min<usize>(rows - r, height);
    const at = a + (r / GROUP) * aGroup + (r % GROUP) * aRow, from = first + r * firstRow, to = c + r * cRow;
    if (vectors == 1) near1<T>(left, k, at, aRow, aStep, b, bStep, from, firstRow, to, cRow, tail, mode, rate);
    else if (vectors == 2) near2<T>(left, k, at, aRow, aStep, b, bStep, from, firstRow, to, cRow, tail, mode, rate);
    else near3<T>(left, k, at, aRow, aStep, b, bStep, from, firstRow, to, cRow, tail, mode, rate);
  }
}

/**
 * `C = first values + A B` for one matrix, and then what `mode` says.
 *
 * Element (r, i) of A is at `a + r aRow + i aStep`, element (i, j) of B at `b + i bStep + j bColumn`, the first value of
 * element (r, j) at `first + r firstRow + j firstColumn` (a column step of 0 means that the first vectors serve for all).
 * Rows of C are contiguous. All distances are in bytes; `scratch` is this thread's.
 */
export function gemm<T>(
  m: usize, n: usize, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize,
  first: usize, firstRow: usize, firstColumn: usize, c: usize, cRow: usize, mode: i32, rate: usize, scratch: usize,
): void {
  const size: usize = sizeof<T>();
  const lanes: usize = 16 / size;
  const rateVector = mode == DESCEND ? v128.load_splat<T>(rate) : v128.splat<T>(<T>0);
  const depth = mode == DESCEND ? k : DEPTH;
  const width = WIDTH / size;
  const packA = scratch + DEPTH * WIDTH;
  let start: usize = 0;
  do {
    const deep = min<usize>(k - start, depth);
    const isLast = start + deep == k;
    const then = isLast ? mode : STORE;
    const from = start == 0 ? first : c;
    const fromRow = start == 0 ? firstRow : cRow;
    const fromColumn = start == 0 ? firstColumn : size;
    for (let j0: usize = 0; j0 < n; j0 += width) {
      const wide = min<usize>(n - j0, width);
      // Rows of B that are short or used once are read where they lie.
      const packs = bColumn != size || (m >= 24 && deep >= 16 && bStep > 512 && deep <= DEPTH);
      if (packs) packColumns<T>(scratch, b + start * bStep + j0 * bColumn, bStep, bColumn, deep, wide);
      for (let r0: usize = 0; r0 < m; r0 += HEIGHT) {
        const rows = min<usize>(m - r0, HEIGHT);
        let at = a + r0 * aRow + start * aStep;
        let atRow = aRow;
        let atStep = aStep;
        let atGroup = GROUP * aRow;
        // Rows that lie far apart, and a transposed A, are worth packing where many columns follow.
        if (n > 32 && deep >= 16 && deep <= DEPTH) {
          if (aStep > size && aStep * deep > 32768) {
            packGroups<T>(packA, at, aStep, rows, deep);
            at = packA;
            atRow = size;
            atStep = GROUP * size;
            atGroup = GROUP * size * deep;
          } else if (aStep == size && aRow > 2048) {
            for (let r: usize = 0; r < rows; r++) move(packA + r * deep * size, at + r * aRow, deep * size);
            at = packA;
            atRow = deep * size;
            atGroup = GROUP * atRow;
          }
        }
        let j: usize = 0;
        let vectors = (wide + lanes - 1) / lanes;
        while (vectors > 0) {
          const take: i32 = vectors == 1 ? 1 : vectors == 3 ? 3 : 2;
          const count = min<usize>(wide - j, <usize>take * lanes);
          const tail = count & (lanes - 1);
          const atB = packs ? scratch + j * deep * size : b + start * bStep + (j0 + j) * size;
          const stepB = packs ? panelStep(take) : bStep;
          const at0 = from + r0 * fromRow + (fromColumn ? (j0 + j) * size : 0);
          const atC = c + r0 * cRow + (j0 + j) * size;
          if (rows == 1 && wide - j >= 8 * lanes && !packs && fromColumn == size) {
            wideRow<T>(deep, at, atStep, atB, stepB, at0, atC, then, rateVector);
            j += 8 * lanes;
            vectors -= 8;
            continue;
          }
          columns<T>(take, rows, deep, at, atGroup, atRow, atStep, atB, stepB, at0, fromRow, atC, cRow, tail, then, rateVector);
          j += <usize>take * lanes;
          vectors -= <usize>take;
        }
      }
    }
    start += deep;
  } while (start < k);
}

// @ts-ignore: decorator
@inline
function panelStep(vectors: i32): usize {
  return <usize>vectors << 4;
}

// B's columns in panels of one to three vectors, each `[k][vectors]`, one after the other.
function packColumns<T>(to: usize, b: usize, bStep: usize, bColumn: usize, k: usize, n: usize): void {
  const size: usize = sizeof<T>();
  const lanes: usize = 16 / size;
  let vectors = (n + lanes - 1) / lanes;
  let j: usize = 0;
  while (vectors > 0) {
    const take: usize = vectors == 1 ? 1 : vectors == 3 ? 3 : 2;
    const bytes = take << 4;
    if (bColumn == size) {
      let from = b + j * size;
      for (let i: usize = 0; i < k; i++) {
        v128.store(to, v128.load(from));
        if (take > 1) v128.store(to, v128.load(from, 16), 16);
        if (take > 2) v128.store(to, v128.load(from, 32), 32);
        to += bytes;
        from += bStep;
      }
    } else {
      // A transposed B: its columns run along k. Four by four are turned at a time.
      const count = min<usize>(take * lanes, n - j);
      for (let column: usize = 0; column < count; column++) {
        let from = b + (j + column) * bColumn;
        let at = to + column * size;
        for (let i: usize = 0; i < k; i++) {
          store<T>(at, load<T>(from));
          from += bStep;
          at += bytes;
        }
      }
      to += k * bytes;
    }
    j += take * lanes;
    vectors -= take;
  }
}

// A transposed A, whose rows run along memory: in groups of rows, each `[k][GROUP]`.
function packGroups<T>(to: usize, a: usize, aStep: usize, rows: usize, k: usize): void {
  const bytes: usize = GROUP * sizeof<T>();
  for (let r: usize = 0; r < rows; r += GROUP) {
    let from = a + r * sizeof<T>();
    for (let i: usize = 0; i < k; i++) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      if (sizeof<T>() == 8) {
        v128.store(to, v128.load(from, 48), 48);
        v128.store(to, v128.load(from, 64), 64);
        v128.store(to, v128.load(from, 80), 80);
      }
      from += aStep;
      to += bytes;
    }
  }
}
