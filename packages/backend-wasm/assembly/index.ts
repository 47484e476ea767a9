import * as op from "../src/opcodes";
import { conv2d, conv2dBackwardInput, conv2dBackwardWeight } from "./kernels/convolution";
import { copy } from "./kernels/copy";
import { CHAIN_SCRATCH, elementwise } from "./kernels/elementwise";
import { fill } from "./kernels/fill";
import { GEMM_SCRATCH } from "./kernels/gemm";
import { matmul } from "./kernels/matmul";
import {
  batchNorm,
  batchNormBackward,
  layerNorm,
  layerNormBackward,
  layerNormParameters,
} from "./kernels/norms";
import { pool2d, pool2dBackward } from "./kernels/pooling";
import { dropout, randomBits } from "./kernels/random";
import { argReduce, REDUCE_SCRATCH, reduce } from "./kernels/reduce";
import { gatherRows, gatherScaled, scatterAddRows } from "./kernels/rows";
import { crossEntropy, crossEntropyBackward, SOFTMAX_SCRATCH, softmax } from "./kernels/softmax";
import { argsort } from "./kernels/sort";
import { indexCount, indexFill, sparseGradient, sparseLinear, sparseRows, sparseTurn } from "./kernels/sparse";
import { adam, sgd } from "./kernels/updates";
import { place, word } from "./memory";
import { start as startThreads, work as workAsThread } from "./threads";

export { setPlaces } from "./kernels/sparse";

/** Which sources these kernels were compiled of, and in the last bit whether with relaxed SIMD: the compiler is told. */
export function stamp(): i32 {
  return STAMP;
}

/** Bytes that a thread needs besides its stack, from one thread's to the next. */
export function scratchBytes(): i32 {
  const most = max<usize>(max<usize>(CHAIN_SCRATCH, REDUCE_SCRATCH), max<usize>(GEMM_SCRATCH, SOFTMAX_SCRATCH));
  return <i32>((most + 63) & ~63);
}

/** Runs the program that the control block names, as its first thread. Not 0: a thread did not come. */
export function start(control: usize): i32 {
  return startThreads(control);
}

/** What every other thread calls once; returns when the threads are told to leave. */
export function work(control: usize, t: usize): void {
  workAsThread(control, t);
}

/** Does the share of thread `t` in one instruction. */
export function execute(at: usize, t: usize, threads: usize, scratch: usize): void {
  switch (word(at, 0)) {
    case op.ELEMENTWISE:
      elementwise(at, t, threads, scratch);
      break;
    case op.COPY_STRIDED:
      copy(at, t, threads);
      break;
    case op.FILL:
      fill(at, t, threads);
      break;
    case op.REDUCE:
      reduce(at, t, threads, scratch);
      break;
    case op.ARG_REDUCE:
      argReduce(at, t, threads);
      break;
    case op.MATMUL:
      matmul(at, t, threads, scratch);
      break;
    case op.GATHER_ROWS:
      gatherRows(at, t, threads);
      break;
    case op.GATHER_SCALED:
      gatherScaled(at, t, threads);
      break;
    case op.SCATTER_ADD_ROWS:
      scatterAddRows(at, t, threads);
      break;
    case op.SPARSE_ROWS: sparseRows(at, t, threads); break;
    case op.SPARSE_TURN: sparseTurn(at, t, threads); break;
    case op.INDEX_COUNT: indexCount(at, t, threads); break;
    case op.INDEX_FILL: indexFill(at, t, threads); break;
    case op.SPARSE_LINEAR:
      sparseLinear(at, t, threads);
      break;
    case op.SPARSE_GRADIENT:
      sparseGradient(at, t, threads);
      break;
    case op.SOFTMAX:
      softmax(at, t, threads, scratch);
      break;
    case op.CROSS_ENTROPY:
      crossEntropy(at, t, threads, scratch);
      break;
    case op.CROSS_ENTROPY_BACKWARD:
      crossEntropyBackward(at, t, threads);
      break;
    case op.SGD:
      sgd(at, t, threads);
      break;
    case op.ADAM:
      adam(at, t, threads);
      break;
    case op.LAYER_NORM:
      layerNorm(at, t, threads);
      break;
    case op.LAYER_NORM_BACKWARD:
      layerNormBackward(at, t, threads);
      break;
    case op.LAYER_NORM_PARAMETERS:
      layerNormParameters(at, t, threads);
      break;
    case op.BATCH_NORM:
      batchNorm(at, t, threads);
      break;
    case op.BATCH_NORM_BACKWARD:
      batchNormBackward(at, t, threads);
      break;
    case op.RANDOM_BITS:
      randomBits(at, t, threads);
      break;
    case op.DROPOUT:
      dropout(at, t, threads);
      break;
    case op.CONV2D:
      conv2d(at, t, threads);
      break;
    case op.CONV2D_BACKWARD_INPUT:
      conv2dBackwardInput(at, t, threads, scratch);
      break;
    case op.CONV2D_BACKWARD_WEIGHT:
      conv2dBackwardWeight(at, t, threads);
      break;
    case op.POOL2D:
      pool2d(at, t, threads);
      break;
    case op.POOL2D_BACKWARD:
      pool2dBackward(at, t, threads);
      break;
    case op.ARGSORT:
      argsort(at, t, threads);
      break;
  }
}

/** Runs instructions from `at` to `end` on the calling thread alone. */
export function executeAll(at: usize, end: usize, times: i32, scratch: usize): void {
  for (; times > 0; times--) {
    for (let i = at; i < end; i += place(i, 1)) execute(i, 0, 1, scratch);
  }
}
