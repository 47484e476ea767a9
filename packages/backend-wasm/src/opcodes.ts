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
