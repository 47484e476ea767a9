/**
 * The numbers by which the two halves of this package, TypeScript and WebAssembly, name what is to be done. Both
 * compile this file.
 */

/** Instructions: the first word of each. */
export const ELEMENTWISE = 0;
export const COPY_STRIDED = 1;
export const FILL = 2;
export const REDUCE = 3;
export const ARG_REDUCE = 4;
export const MATMUL = 5;
export const GATHER_ROWS = 6;
export const GATHER_SCALED = 7;
export const SCATTER_ADD_ROWS = 8;
export const SPARSE_ROWS = 9;
export const SPARSE_LINEAR = 10;
export const SPARSE_GRADIENT = 11;
export const SOFTMAX = 12;
export const CROSS_ENTROPY = 13;
export const CROSS_ENTROPY_BACKWARD = 14;
export const SGD = 15;
export const ADAM = 16;
export const LAYER_NORM = 17;
export const LAYER_NORM_BACKWARD = 18;
export const LAYER_NORM_PARAMETERS = 19;
export const BATCH_NORM = 20;
export const BATCH_NORM_BACKWARD = 21;
export const RANDOM_BITS = 22;
export const DROPOUT = 23;
export const CONV2D = 24;
export const CONV2D_BACKWARD_INPUT = 25;
export const CONV2D_BACKWARD_WEIGHT = 26;
export const POOL2D = 27;
export const POOL2D_BACKWARD = 28;
export const ARGSORT = 29;
export const INDEX_COUNT = 30;
export const INDEX_FILL = 31;
export const SPARSE_TURN = 32;

/** Words before an instruction's own: opcode, bytes, whether all threads meet afterwards, whether all share it. */
export const HEAD = 4;

/** dtypes */
export const FLOAT32 = 0;
export const FLOAT64 = 1;
export const INT32 = 2;
export const UINT8 = 3;

/** Elementwise steps: `kind * 256 + op * 4 + dtype`. */
export const UNARY = 0;
export const BINARY = 1;
export const COMPARE = 2;
export const WHERE = 3;
/** The op is the dtype it comes from. */
export const CAST = 4;

export const NEG = 0;
export const ABS = 1;
export const SIGN = 2;
export const SQRT = 3;
export const EXP = 4;
export const EXPM1 = 5;
export const LOG = 6;
export const LOG1P = 7;
export const SIN = 8;
export const COS = 9;
export const TANH = 10;
export const ERF = 11;
export const SIGMOID = 12;
export const FLOOR = 13;
export const CEIL = 14;
export const ROUND = 15;
/** No op of the seam: `max(x, 0)`, NaN stays NaN. */
export const RELU = 16;
export const COPY = 17;

export const ADD = 0;
export const SUB = 1;
export const MUL = 2;
export const DIV = 3;
export const POW = 4;
export const MINIMUM = 5;
export const MAXIMUM = 6;
export const XOR = 7;
export const SHIFT_RIGHT = 8;
export const MUL_HIGH = 9;

export const EQ = 0;
export const NE = 1;
export const LT = 2;
export const LE = 3;
export const GT = 4;
export const GE = 5;

/** Reductions. */
export const SUM = 0;
export const PROD = 1;
export const MAX = 2;
export const MIN = 3;

/** How the elements of an elementwise input lie: as those of the result, as one for all, or in any other way. */
export const DIRECT = 0;
export const CONSTANT = 1;
export const STRIDED = 2;

/** What becomes of a finished element of a product: it is stored, or 0 where it is less, or taken off what is there. */
export const STORE = 0;
export const RECTIFY = 1;
export const DESCEND = 2;

/** Rows of the second factor that are packed at a time: eight columns of float32 are then 8 KiB. */
export const PACKED_DEPTH = 256;

/** What threads share of a product; the last: columns, of lists that each thread has turned around for itself. */
export const ROWS = 0;
export const COLUMNS = 1;
export const MATRICES = 2;
export const OWN_COLUMNS = 3;

/** Who does an instruction of a program: the first thread alone, all of them a share each, or each of them all of it. */
export const ALONE = 0;
export const SHARED = 1;
export const REPEATED = 2;

/**
 * Words of the control block, by which threads meet. The first counts up with every program that is started; then the
 * program's first instruction, where the last one ends, how often to run it, on how many threads.
 */
export const STARTED = 0;
export const FIRST = 1;
export const END = 2;
export const TIMES = 3;
export const THREADS = 4;
/** Not 0: the others are to return. */
export const QUIT = 5;
/** How many threads sleep until the next program. */
export const ASLEEP = 6;
/** Threads that have reached the barrier, how often it has opened, how many sleep at it. Each has a line to itself. */
export const ARRIVED = 16;
export const OPENED = 32;
export const AT_BARRIER = 48;
/** Not 0: a thread did not come, and nothing can be relied on any more. */
export const BROKEN = 64;
/** How many of the other threads wait for their first program. */
export const READY = 65;
/** Scratch of the first thread, and bytes from one thread's to the next. */
export const SCRATCH = 80;
export const SCRATCH_BYTES = 81;
/** Whether thread 0 may sleep: the main thread of a browser may not. */
export const MAY_SLEEP = 82;
/** How often thread 0 waits a tenth of a second for a thread before it gives it up. */
export const PATIENCE = 83;
export const CONTROL_WORDS = 96;
