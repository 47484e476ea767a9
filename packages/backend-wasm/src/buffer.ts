import type { BackendBuffer, DType } from "@gradwerk/tensor/backend";
import type { Heap } from "./heap.ts";
import type { ImageIndex } from "./image-index.ts";
import { FLOAT32, FLOAT64, INT32, UINT8 } from "./opcodes.ts";

/** dtypes by number, and the logarithm to base 2 of their bytes. */
const codes: Readonly<Record<DType, number>> = {
  float32: FLOAT32,
  float64: FLOAT64,
  int32: INT32,
  uint8: UINT8,
};
const shifts: Readonly<Record<DType, number>> = { float32: 2, float64: 3, int32: 2, uint8: 0 };

export function codeOf(dtype: DType): number {
  return codes[dtype];
}

export function shiftOf(dtype: DType): number {
  return shifts[dtype];
}

/** Elements in the memory of this backend; while a program is compiled also what will be there. */
export class WasmBuffer implements BackendBuffer {
  readonly dtype: DType;
  readonly length: number;
  /** Of the first byte. */
  pointer: number;
  readonly code: number;
  readonly shift: number;
  /** Which argument of the program it is whose place each run tells, or -1. */
  readonly input: number;
  /** Whether it is a program's own, so that nothing from outside lies in it. */
  readonly isOwn: boolean;
  /** Where it lies, while it is alive: `alloc` sets it and `free` takes it back. */
  heap: Heap | undefined = undefined;
  /** Of images in it, where programs have asked for them. */
  indices: ImageIndex[] | undefined = undefined;

  constructor(dtype: DType, length: number, pointer: number, input: number = -1, isOwn: boolean = false) {
    this.dtype = dtype;
    this.length = length;
    this.pointer = pointer;
    this.code = codes[dtype];
    this.shift = shifts[dtype];
    this.input = input;
    this.isOwn = isOwn;
  }
}
