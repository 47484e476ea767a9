import { DESCEND, RECTIFY } from "../../src/opcodes";
import { madd, nmadd, storePart } from "../simd";

/**
 * One register block of a product: up to 6 rows by two vectors of columns, or 4 rows by three. Each element is one chain
 * of multiply-adds from its first value on, through k = 0, 1, 2, ...
 *
 * Element (r, i) of A is at `a + r aRow + i aStep`. Row i of B is at `b + i bStep`, or with `scattered` at `b` plus the
 * i-th number of a list at `bStep`: so a convolution reads its windows where they lie. First values at `first`, results
 * to `c`, the last vector with `tail` lanes (0: all).
 */
// @ts-ignore: decorator
@inline
export function block<T>(
  scattered: bool, rows: i32, vectors: i32, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize,
  first: usize, firstRow: usize, c: usize, cRow: usize, tail: usize, mode: i32, rate: v128,
): void {
  const zero = v128.splat<T>(<T>0);
  let c00 = v128.load(first), c01 = zero, c02 = zero;
  let c10 = zero, c11 = zero, c12 = zero, c20 = zero, c21 = zero, c22 = zero;
  let c30 = zero, c31 = zero, c32 = zero, c40 = zero, c41 = zero, c50 = zero, c51 = zero;
  if (vectors > 1) c01 = v128.load(first, 16);
  if (vectors > 2) c02 = v128.load(first, 32);
  if (rows > 1) {
    first += firstRow;
    c10 = v128.load(first);
    if (vectors > 1) c11 = v128.load(first, 16);
    if (vectors > 2) c12 = v128.load(first, 32);
  }
  if (rows > 2) {
    first += firstRow;
    c20 = v128.load(first);
    if (vectors > 1) c21 = v128.load(first, 16);
    if (vectors > 2) c22 = v128.load(first, 32);
  }
  if (rows > 3) {
    first += firstRow;
    c30 = v128.load(first);
    if (vectors > 1) c31 = v128.load(first, 16);
    if (vectors > 2) c32 = v128.load(first, 32);
  }
  if (rows > 4) {
    first += firstRow;
    c40 = v128.load(first);
    if (vectors > 1) c41 = v128.load(first, 16);
  }
  if (rows > 5) {
    first += firstRow;
    c50 = v128.load(first);
    if (vectors > 1) c51 = v128.load(first, 16);
  }
  const a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow;
  let offset: usize = 0;
  for (let i: usize = 0; i < k; i++) {
    const at = scattered ? b + <usize>load<u32>(bStep + (i << 2)) : b;
    const b0 = v128.load(at);
    const b1 = vectors > 1 ? v128.load(at, 16) : zero;
    const b2 = vectors > 2 ? v128.load(at, 32) : zero;
    let x = v128.load_splat<T>(a + offset);
    c00 = madd<T>(x, b0, c00);
    if (vectors > 1) c01 = madd<T>(x, b1, c01);
    if (vectors > 2) c02 = madd<T>(x, b2, c02);
    if (rows > 1) {
      x = v128.load_splat<T>(a1 + offset);
      c10 = madd<T>(x, b0, c10);
      if (vectors > 1) c11 = madd<T>(x, b1, c11);
      if (vectors > 2) c12 = madd<T>(x, b2, c12);
    }
    if (rows > 2) {
      x = v128.load_splat<T>(a2 + offset);
      c20 = madd<T>(x, b0, c20);
      if (vectors > 1) c21 = madd<T>(x, b1, c21);
      if (vectors > 2) c22 = madd<T>(x, b2, c22);
    }
    if (rows > 3) {
      x = v128.load_splat<T>(a3 + offset);
      c30 = madd<T>(x, b0, c30);
      if (vectors > 1) c31 = madd<T>(x, b1, c31);
      if (vectors > 2) c32 = madd<T>(x, b2, c32);
    }
    if (rows > 4) {
      x = v128.load_splat<T>(a4 + offset);
      c40 = madd<T>(x, b0, c40);
      if (vectors > 1) c41 = madd<T>(x, b1, c41);
    }
    if (rows > 5) {
      x = v128.load_splat<T>(a5 + offset);
      c50 = madd<T>(x, b0, c50);
      if (vectors > 1) c51 = madd<T>(x, b1, c51);
    }
    offset += aStep;
    if (!scattered) b += bStep;
  }
  row<T>(vectors, c, c00, c01, c02, tail, mode, rate);
  if (rows > 1) row<T>(vectors, c + cRow, c10, c11, c12, tail, mode, rate);
  if (rows > 2) row<T>(vectors, c + 2 * cRow, c20, c21, c22, tail, mode, rate);
  if (rows > 3) row<T>(vectors, c + 3 * cRow, c30, c31, c32, tail, mode, rate);
  if (rows > 4) row<T>(vectors, c + 4 * cRow, c40, c41, zero, tail, mode, rate);
  if (rows > 5) row<T>(vectors, c + 5 * cRow, c50, c51, zero, tail, mode, rate);
}

// One finished row of a block.
// @ts-ignore: decorator
@inline
export function row<T>(vectors: i32, c: usize, x: v128, y: v128, z: v128, tail: usize, mode: i32, rate: v128): void {
  if (mode == RECTIFY) {
    const zero = v128.splat<T>(<T>0);
    x = v128.max<T>(x, zero);
    if (vectors > 1) y = v128.max<T>(y, zero);
    if (vectors > 2) z = v128.max<T>(z, zero);
  } else if (mode == DESCEND) {
    x = nmadd<T>(rate, x, v128.load(c));
    if (vectors > 1) y = nmadd<T>(rate, y, v128.load(c, 16));
    if (vectors > 2) z = nmadd<T>(rate, z, v128.load(c, 32));
  }
  if (vectors == 1) {
    last<T>(c, x, tail);
  } else {
    v128.store(c, x);
    if (vectors == 2) {
      last<T>(c + 16, y, tail);
    } else {
      v128.store(c, y, 16);
      last<T>(c + 32, z, tail);
    }
  }
}

// @ts-ignore: decorator
@inline
function last<T>(c: usize, value: v128, tail: usize): void {
  if (tail == 0) v128.store(c, value);
  else storePart<T>(c, value, tail);
}

// @ts-ignore: decorator
@inline
export function blocks1<T>(scattered: bool, rows: i32, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, first: usize, firstRow: usize, c: usize, cRow: usize, tail: usize, mode: i32, rate: v128): void {
  switch (rows) {
    case 1: block<T>(scattered, 1, 1, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    case 2: block<T>(scattered, 2, 1, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    case 3: block<T>(scattered, 3, 1, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    case 4: block<T>(scattered, 4, 1, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    case 5: block<T>(scattered, 5, 1, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    default: block<T>(scattered, 6, 1, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate);
  }
}

// @ts-ignore: decorator
@inline
export function blocks2<T>(scattered: bool, rows: i32, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, first: usize, firstRow: usize, c: usize, cRow: usize, tail: usize, mode: i32, rate: v128): void {
  switch (rows) {
    case 1: block<T>(scattered, 1, 2, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    case 2: block<T>(scattered, 2, 2, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    case 3: block<T>(scattered, 3, 2, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    case 4: block<T>(scattered, 4, 2, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    case 5: block<T>(scattered, 5, 2, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    default: block<T>(scattered, 6, 2, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate);
  }
}

// @ts-ignore: decorator
@inline
export function blocks3<T>(scattered: bool, rows: i32, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, first: usize, firstRow: usize, c: usize, cRow: usize, tail: usize, mode: i32, rate: v128): void {
  switch (rows) {
    case 1: block<T>(scattered, 1, 3, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    case 2: block<T>(scattered, 2, 3, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    case 3: block<T>(scattered, 3, 3, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate); break;
    default: block<T>(scattered, 4, 3, k, a, aRow, aStep, b, bStep, first, firstRow, c, cRow, tail, mode, rate);
  }
}

