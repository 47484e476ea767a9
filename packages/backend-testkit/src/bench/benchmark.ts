import type { Backend, BackendBuffer, DType, View } from "@gradwerk/tensor/backend";
import { arrayOf } from "../kernel-call.ts";
import { randomElements } from "../samples.ts";

/** What to measure, and how long. */
export interface BenchmarkOptions {
  /** Only kernels whose name matches. Default: all. */
  readonly only?: RegExp;
  /** Default: float32. */
  readonly dtype?: "float32" | "float64";
  /** Seconds to spend on each kernel. Default: 0.3. */
  readonly seconds?: number;
}

/** How fast one kernel is on one size. */
export interface BenchmarkResult {
  readonly kernel: string;
  /** What it was asked to do. */
  readonly size: string;
  /** Of one call, the median. */
  readonly microseconds: number;
  /** What is read and written, in 10^9 bytes a second. */
  readonly gigabytesPerSecond: number;
  /** Multiplications and additions, in 10^9 a second; 0 for kernels that only move numbers. */
  readonly gigaflops: number;
}

/** A call to measure. */
interface Subject {
  readonly kernel: string;
  readonly size: string;
  /** Where its result is. */
  readonly out: BackendBuffer;
  readonly bytes: number;
  readonly operations: number;
  readonly run: () => void;
}

/**
 * Measures every kernel family of a backend. What a backend only queues is waited for.
 *
 * @example
 * for await (const result of benchmarkKernels(backend, { only: /matmul/ })) console.log(result);
 */
export async function* benchmarkKernels(
  backend: Backend,
  { only, dtype = "float32", seconds = 0.3 }: BenchmarkOptions = {},
): AsyncGenerator<BenchmarkResult, void, void> {
  const live: BackendBuffer[] = [];
  try {
    for (const subject of subjects(backend, dtype, live)) {
      if (only === undefined || only.test(`${subject.kernel} ${subject.size}`)) {
        yield await measure(backend, subject, seconds);
      }
    }
  } finally {
    for (const buffer of live) backend.free(buffer);
  }
}

function* subjects(backend: Backend, dtype: "float32" | "float64", live: BackendBuffer[]): Iterable<Subject> {
  const bytesEach = dtype === "float32" ? 4 : 8;
  const filled = (
    type: DType,
    length: number,
    seed: number,
    range: readonly [number, number],
  ): BackendBuffer => {
    const buffer = backend.alloc(type, length);
    live.push(buffer);
    const elements = randomElements(type, seed, range);
    // A few thousand different numbers are enough.
    backend.write(
      buffer,
      0,
      arrayOf(
        type,
        Array.from({ length }, (_, place) => elements(place % 4099)),
      ),
    );
    return buffer;
  };
  const count = 2 ** 20;
  const [a, b, out] = [1, 2, 3].map((seed) => filled(dtype, count, seed, [0.5, 1.5]));
  const mask = filled("uint8", count, 4, [0, 2]);
  const indices = filled("int32", 1024, 5, [0, 1024]);
  const { kernels } = backend;
  const flat = (buffer: BackendBuffer, size: number = count): View => ({
    buffer,
    offset: 0,
    shape: [size],
    strides: [1],
  });
  const grid = (buffer: BackendBuffer, shape: readonly number[], strides?: readonly number[]): View => ({
    buffer,
    offset: 0,
    shape,
    strides: strides ?? shape.map((_, axis) => shape.slice(axis + 1).reduce((x, y) => x * y, 1)),
  });
  const moving = (
    kernel: string,
    size: string,
    passes: number,
    run: () => void,
    operations: number = 0,
  ): Subject => ({
    kernel,
    size,
    out,
    bytes: passes * count * bytesEach,
    operations,
    run,
  });

  yield moving("fill", "[2^20]", 1, () => kernels.fill([flat(out)], [], { value: 1 }));
  yield moving("copy", "[2^20]", 2, () => kernels.copy([flat(out)], [flat(a)], {}));
  yield moving("copy", "[1024, 1024] transposed", 2, () =>
    kernels.copy([grid(out, [1024, 1024])], [grid(a, [1024, 1024], [1, 1024])], {}),
  );
  for (const op of ["neg", "sqrt", "exp", "log", "tanh", "sigmoid", "erf", "sin"] as const) {
    yield moving(`unary ${op}`, "[2^20]", 2, () => kernels.unary([flat(out)], [flat(a)], { op }));
  }
  for (const op of ["add", "mul", "div", "maximum", "pow"] as const) {
    yield moving(
      `binary ${op}`,
      "[2^20]",
      3,
      () => kernels.binary([flat(out)], [flat(a), flat(b)], { op }),
      count,
    );
  }
  yield moving(
    "binary add",
    "[1024, 1024] + [1024]",
    2,
    () =>
      kernels.binary([grid(out, [1024, 1024])], [grid(a, [1024, 1024]), grid(b, [1024, 1024], [0, 1])], {
        op: "add",
      }),
    count,
  );
  const compare = (): void => kernels.compare([flat(mask)], [flat(a), flat(b)], { op: "lt" });
  yield { ...moving("compare lt", "[2^20]", 2, compare), out: mask };
  yield moving("where", "[2^20]", 3, () => kernels.where([flat(out)], [flat(mask), flat(a), flat(b)], {}));
  for (const [words, shape] of [
    ["of all", [1, count, 1]],
    ["of rows", [1024, 1024, 1]],
    ["of columns", [1, 1024, 1024]],
  ] as const) {
    const result = grid(out, [shape[0], shape[2]]);
    yield moving(
      "reduce sum",
      `[2^20] ${words}`,
      1,
      () => kernels.reduce([result], [grid(a, shape)], { op: "sum" }),
      count,
    );
  }
  const places = filled("int32", 1024, 6, [0, 1]);
  const argReduce = (): void =>
    kernels.argReduce([grid(places, [1024, 1])], [grid(a, [1024, 1024, 1])], { op: "max" });
  yield { ...moving("argReduce max", "[1024, 1024] of rows", 1, argReduce), out: places };
  for (const [m, k, n] of [
    [128, 128, 128],
    [512, 512, 512],
    [1024, 1024, 1024],
    [128, 784, 128],
    [1, 1024, 1024],
  ]) {
    const attributes = { transposeA: false, transposeB: false, accumulate: false };
    yield {
      kernel: "matmul",
      size: `[${m}, ${k}] x [${k}, ${n}]`,
      out,
      bytes: (m * k + k * n + m * n) * bytesEach,
      operations: 2 * m * k * n,
      run: () => kernels.matmul([grid(out, [1, m, n])], [grid(a, [1, m, k]), grid(b, [1, k, n])], attributes),
    };
  }
  yield moving("gatherRows", "1024 rows of 1024", 2, () =>
    kernels.gatherRows([grid(out, [1024, 1024])], [grid(a, [1024, 1024]), flat(indices, 1024)], {}),
  );
  yield moving(
    "scatterAddRows",
    "1024 rows of 1024",
    3,
    () => kernels.scatterAddRows([grid(out, [1024, 1024])], [flat(indices, 1024), grid(a, [1024, 1024])], {}),
    count,
  );
}

async function measure(
  backend: Backend,
  { kernel, size, out, bytes, operations, run }: Subject,
  seconds: number,
): Promise<BenchmarkResult> {
  // Reading the result waits for the kernel, where a backend only queues it.
  const settle = (): Promise<unknown> => backend.read(out, 0, 1);
  run();
  await settle();
  const times: number[] = [];
  const end = performance.now() + 1000 * seconds;
  do {
    const started = performance.now();
    run();
    await settle();
    times.push(performance.now() - started);
  } while (performance.now() < end || times.length < 3);
  const median = times.sort((x, y) => x - y)[Math.floor(times.length / 2)] / 1000;
  return {
    kernel,
    size,
    microseconds: median * 1e6,
    gigabytesPerSecond: bytes / median / 1e9,
    gigaflops: operations / median / 1e9,
  };
}
