import { elementwise } from "./kernels/elementwise";
import { copy } from "./kernels/copy";
import { argReduce, reduce } from "./kernels/reduce";
import { gatherRows, gatherScaled, scatterAddRows } from "./kernels/rows";
import { gemm } from "./kernels/gemm";
export { elementwise, copy, argReduce, reduce, gatherRows, gatherScaled, scatterAddRows };
export function g32(m: usize, n: usize, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize, first: usize, firstRow: usize, firstColumn: usize, c: usize, cRow: usize, mode: i32, rate: usize, scratch: usize): void { gemm<f32>(m,n,k,a,aRow,aStep,b,bStep,bColumn,first,firstRow,firstColumn,c,cRow,mode,rate,scratch); }
export function g64(m: usize, n: usize, k: usize, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, bColumn: usize, first: usize, firstRow: usize, firstColumn: usize, c: usize, cRow: usize, mode: i32, rate: usize, scratch: usize): void { gemm<f64>(m,n,k,a,aRow,aStep,b,bStep,bColumn,first,firstRow,firstColumn,c,cRow,mode,rate,scratch); }
