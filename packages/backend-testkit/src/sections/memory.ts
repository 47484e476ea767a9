import type { Backend, BackendBuffer, DType, TypedArray } from "@gradwerk/tensor/backend";
import { type ConformanceCase, failed, passed, type Subject, type Verdict } from "../conformance-case.ts";
import { arrayOf } from "../kernel-call.ts";
import { randomElements } from "../samples.ts";

/** Buffers, what goes in and out of them, and the end. */
export const memoryCases: readonly ConformanceCase[] = [
  memoryCase("capabilities", "says what it can", async ({ backend }) => {
    const { dtypes, threads, simd } = backend.capabilities;
    for (const required of ["float32", "int32", "uint8"] as const) {
      if (!dtypes.includes(required)) return `capabilities.dtypes lacks ${required}, which is required`;
    }
    if (!Number.isInteger(threads) || threads < 1) return `capabilities.threads is ${threads}`;
    if (typeof simd !== "string" || simd === "") return `capabilities.simd is ${String(simd)}`;
    return /^[a-z][\w-]*$/.test(backend.name)
      ? undefined
      : `name "${backend.name}" is not short and lower case`;
  }),

  memoryCase("alloc", "a buffer has the dtype and length asked for, 0 included", async ({ backend }) => {
    for (const dtype of backend.capabilities.dtypes) {
      for (const length of [0, 1, 7, 1000]) {
        const buffer = backend.alloc(dtype, length);
        const { dtype: foundDType, length: foundLength } = buffer;
        backend.free(buffer);
        if (foundDType !== dtype || foundLength !== length) {
          return `alloc(${dtype}, ${length}) gave ${foundDType}, ${foundLength}`;
        }
      }
    }
    return undefined;
  }),

  memoryCase("write", "what was written is read, whole and in parts", ({ backend }) =>
    withBuffers(backend, async (alloc) => {
      for (const dtype of backend.capabilities.dtypes) {
        for (const length of [1, 3, 8, 1021, 70_001]) {
          const values = valuesOf(dtype, length, 50);
          const buffer = alloc(dtype, length);
          backend.write(buffer, 0, values);
          const whole = await backend.read(buffer, 0, length);
          if (!sameArray(whole, values)) return `${length} ${dtype} do not come back as written`;
          const [start, part] = [Math.floor(length / 3), Math.ceil(length / 2)];
          const middle = await backend.read(buffer, start, part);
          if (!sameArray(middle, values.slice(start, start + part))) {
            return `${part} of ${length} ${dtype} from ${start} on do not come back as written`;
          }
          const patch = valuesOf(dtype, part, 51);
          backend.write(buffer, start, patch);
          values.set(patch, start);
          const patched = await backend.read(buffer, 0, length);
          if (!sameArray(patched, values))
            return `writing ${part} ${dtype} at ${start} changed other elements`;
        }
      }
      return undefined;
    }),
  ),

  memoryCase("read", "reading copies out and writing copies in", ({ backend }) =>
    withBuffers(backend, async (alloc) => {
      const values = valuesOf("float32", 9, 52);
      const buffer = alloc("float32", 9);
      const given = values.slice();
      backend.write(buffer, 0, given);
      given.fill(77);
      const first = await backend.read(buffer, 0, 9);
      if (!sameArray(first, values))
        return "changing an array after write changed the buffer: write must copy";
      first.fill(88);
      const second = await backend.read(buffer, 0, 9);
      return sameArray(second, values)
        ? undefined
        : "changing what read gave changed the buffer: read must copy";
    }),
  ),

  memoryCase("readSync", "reads at once what read reads", ({ backend }) =>
    withBuffers(backend, async (alloc) => {
      if (backend.readSync === undefined) return undefined;
      const values = valuesOf("int32", 33, 53);
      const buffer = alloc("int32", 33);
      backend.write(buffer, 0, values);
      const found = backend.readSync(buffer, 5, 20);
      if (!sameArray(found, values.slice(5, 25))) return "readSync gives other values than were written";
      found.fill(99);
      return sameArray(backend.readSync(buffer, 5, 20), values.slice(5, 25))
        ? undefined
        : "changing what readSync gave changed the buffer: readSync must copy";
    }),
  ),

  memoryCase("read", "a read sees the kernels and writes before it, and none after it", ({ backend }) =>
    withBuffers(backend, async (alloc) => {
      const buffer = alloc("float32", 4);
      backend.write(buffer, 0, Float32Array.of(1, 2, 3, 4));
      const view = { buffer, offset: 0, shape: [4], strides: [1] };
      backend.kernels.binary([view], [view, view], { op: "add" });
      const reading = backend.read(buffer, 0, 4);
      backend.kernels.fill([view], [], { value: 9 });
      const found = await reading;
      return sameArray(found, Float32Array.of(2, 4, 6, 8))
        ? undefined
        : `read gave [${found}] instead of [2,4,6,8]`;
    }),
  ),

  memoryCase("alloc", "no two live buffers share memory", ({ backend }) =>
    withBuffers(backend, async (alloc, free) => {
      const dtypes: readonly DType[] = backend.capabilities.dtypes;
      const contents = new Map<BackendBuffer, TypedArray>();
      const add = (i: number): string | undefined => {
        const [dtype, length] = [dtypes[i % dtypes.length], 1 + ((i * 37) % 100)];
        const buffer = alloc(dtype, length);
        if (contents.has(buffer)) return "alloc gave a buffer that is in use";
        const values = valuesOf(dtype, length, 60 + i);
        backend.write(buffer, 0, values);
        contents.set(buffer, values);
        return undefined;
      };
      for (let i = 0; i < 100; i++) {
        const reason = add(i);
        if (reason !== undefined) return reason;
      }
      for (const [i, buffer] of [...contents.keys()].entries()) {
        if (i % 2 === 1) continue;
        free(buffer);
        contents.delete(buffer);
      }
      for (let i = 100; i < 200; i++) {
        const reason = add(i);
        if (reason !== undefined) return reason;
      }
      for (const [buffer, values] of contents) {
        if (!sameArray(await backend.read(buffer, 0, values.length), values)) {
          return `a buffer of ${values.length} ${buffer.dtype} was overwritten through another one`;
        }
      }
      return undefined;
    }),
  ),

  memoryCase("write", "a kernel sees what was written since it last ran on the same views", ({ backend }) =>
    withBuffers(backend, async (alloc) => {
      const matrix = () => ({
        buffer: alloc("float32", 16),
        offset: 0,
        shape: [1, 4, 4],
        strides: [16, 4, 1],
      });
      const [identity, x, product] = [matrix(), matrix(), matrix()];
      backend.write(identity.buffer, 0, Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1));
      const [first, second] = [valuesOf("float32", 16, 54), valuesOf("float32", 16, 55)];
      for (const sides of [[x, identity] as const, [identity, x] as const]) {
        const multiplied = (): Promise<TypedArray> => {
          const attributes = { transposeA: false, transposeB: false, accumulate: false };
          backend.kernels.matmul([product], [...sides], attributes);
          return backend.read(product.buffer, 0, 16);
        };
        backend.write(x.buffer, 0, first);
        const old = await multiplied();
        backend.write(x.buffer, 0, second);
        const afterWrite = await multiplied();
        if (sameArray(afterWrite, old)) return "matmul computed on what a matrix held before a write";
        backend.kernels.unary([x], [x], { op: "neg" });
        if (sameArray(await multiplied(), afterWrite)) {
          return "matmul computed on what a matrix held before a kernel changed it";
        }
      }
      return undefined;
    }),
  ),

  memoryCase("memory", "counts live buffers and the bytes asked for", async ({ backend }) => {
    const before = backend.memory();
    const bytes: Record<DType, number> = { float32: 4, float64: 8, int32: 4, uint8: 1 };
    const made: BackendBuffer[] = [];
    let expected = before.bytes;
    for (const dtype of backend.capabilities.dtypes) {
      made.push(backend.alloc(dtype, 5));
      expected += 5 * bytes[dtype];
    }
    const during = backend.memory();
    for (const buffer of made) backend.free(buffer);
    const after = backend.memory();
    if (during.buffers !== before.buffers + made.length || during.bytes !== expected) {
      return `with ${made.length} buffers more memory() went from ${show(before)} to ${show(during)}, not to ${expected} bytes`;
    }
    return after.buffers === before.buffers && after.bytes === before.bytes
      ? undefined
      : `after everything was freed memory() says ${show(after)} instead of ${show(before)}: a leak`;
  }),

  memoryCase("memory", "kernels leave no buffers behind", async ({ backend }) => {
    const before = backend.memory();
    const buffer = backend.alloc("float32", 600);
    const [x, y, z] = [0, 200, 400].map((offset) => ({
      buffer,
      offset,
      shape: [1, 10, 20],
      strides: [200, 20, 1],
    }));
    const square = { buffer, offset: 400, shape: [1, 10, 10], strides: [100, 10, 1] };
    backend.kernels.fill([{ buffer, offset: 0, shape: [600], strides: [1] }], [], { value: 1 });
    for (let i = 0; i < 50; i++) {
      backend.kernels.binary([z], [x, y], { op: "add" });
      backend.kernels.unary([z], [x], { op: "exp" });
      backend.kernels.reduce([{ buffer, offset: 400, shape: [1, 20], strides: [20, 1] }], [x], { op: "sum" });
      backend.kernels.matmul([square], [x, y], { transposeA: false, transposeB: true, accumulate: false });
    }
    await backend.read(buffer, 0, 1);
    const during = backend.memory();
    backend.free(buffer);
    return during.buffers === before.buffers + 1
      ? undefined
      : `200 kernel calls on one buffer left ${during.buffers - before.buffers - 1} buffers behind`;
  }),

  memoryCase("free", "freeing twice is refused or does nothing", ({ backend }) =>
    withBuffers(backend, async (alloc) => {
      const other = alloc("float32", 4);
      backend.write(other, 0, Float32Array.of(1, 2, 3, 4));
      const before = backend.memory();
      const buffer = backend.alloc("float32", 4);
      backend.free(buffer);
      try {
        backend.free(buffer);
      } catch {
        // Refused, which is as good.
      }
      if (backend.memory().buffers !== before.buffers) {
        return `after a second free memory() counts ${backend.memory().buffers} buffers instead of ${before.buffers}`;
      }
      const [a, b] = [alloc("float32", 4), alloc("float32", 4)];
      backend.write(a, 0, Float32Array.of(5, 5, 5, 5));
      backend.write(b, 0, Float32Array.of(6, 6, 6, 6));
      const [first, second] = [await backend.read(a, 0, 4), await backend.read(other, 0, 4)];
      if (first[0] !== 5) return "after a second free, two new buffers share memory";
      return second[3] === 4 ? undefined : "a second free harmed another buffer";
    }),
  ),

  memoryCase("alloc", "memory that is not there is refused, and what is there stays usable", ({ backend }) =>
    withBuffers(backend, async (alloc) => {
      const kept = alloc("float32", 2);
      backend.write(kept, 0, Float32Array.of(3, 4));
      // More than any machine has, and more than 32 bits can address in parts that they can.
      for (const [length, count] of [
        [2 ** 40, 1],
        [2 ** 28, 5],
      ]) {
        const huge: BackendBuffer[] = [];
        try {
          for (let i = 0; i < count; i++) huge.push(backend.alloc("float32", length));
        } catch (refusal) {
          if (!(refusal instanceof Error && refusal.message.length > 10)) {
            return `what alloc throws must be an Error that says what to do, got ${String(refusal)}`;
          }
        } finally {
          for (const buffer of huge) backend.free(buffer);
        }
        if (length === 2 ** 40 && huge.length > 0) return "alloc gave 4 TiB instead of throwing";
      }
      const found = await backend.read(kept, 0, 2);
      return found[1] === 4 ? undefined : "a refused alloc harmed a buffer";
    }),
  ),

  memoryCase("dispose", "everything but memory and dispose throws afterwards", async ({ create }) => {
    const backend = await create();
    const buffer = backend.alloc("float32", 4);
    backend.write(buffer, 0, Float32Array.of(1, 2, 3, 4));
    await backend.dispose();
    await backend.dispose();
    const { buffers, bytes } = backend.memory();
    if (buffers !== 0 || bytes !== 0) return `memory() says ${show({ buffers, bytes })} after dispose`;
    const view = { buffer, offset: 0, shape: [4], strides: [1] };
    const attempts: Record<string, () => unknown> = {
      alloc: () => backend.alloc("float32", 1),
      free: () => backend.free(buffer),
      write: () => backend.write(buffer, 0, Float32Array.of(1)),
      read: () => backend.read(buffer, 0, 1),
      fill: () => backend.kernels.fill([view], [], { value: 1 }),
      unary: () => backend.kernels.unary([view], [view], { op: "neg" }),
    };
    for (const [name, attempt] of Object.entries(attempts)) {
      if (!(await throws(attempt))) return `${name} does not throw after dispose`;
    }
    return undefined;
  }),

  memoryCase("dispose", "another backend of the same kind lives on", async ({ create, backend }) => {
    const other = await create();
    const buffer = backend.alloc("float32", 1);
    backend.write(buffer, 0, Float32Array.of(5));
    await other.dispose();
    const [found] = await backend.read(buffer, 0, 1);
    backend.free(buffer);
    return found === 5 ? undefined : "disposing of one backend harmed another";
  }),
];

/** A case in words: the check gives the reason why it failed, or nothing. */
function memoryCase(
  op: string,
  sentence: string,
  check: (subject: Subject) => Promise<string | undefined>,
): ConformanceCase {
  return {
    section: "memory",
    name: `${op}: ${sentence}`,
    op,
    run: async (subject): Promise<Verdict> => {
      const reason = await check(subject);
      return reason === undefined ? passed : failed(reason);
    },
  };
}

/** Runs a check with buffers that are freed afterwards, whatever happens. */
async function withBuffers(
  backend: Backend,
  check: (
    alloc: (dtype: DType, length: number) => BackendBuffer,
    free: (buffer: BackendBuffer) => void,
  ) => Promise<string | undefined>,
): Promise<string | undefined> {
  const live: BackendBuffer[] = [];
  const alloc = (dtype: DType, length: number): BackendBuffer => {
    const buffer = backend.alloc(dtype, length);
    live.push(buffer);
    return buffer;
  };
  const free = (buffer: BackendBuffer): void => {
    live.splice(live.indexOf(buffer), 1);
    backend.free(buffer);
  };
  try {
    return await check(alloc, free);
  } finally {
    for (const buffer of new Set(live)) backend.free(buffer);
  }
}

function valuesOf(dtype: DType, length: number, seed: number): TypedArray {
  const elements = randomElements(dtype, seed, dtype === "uint8" ? [0, 256] : [-1e6, 1e6]);
  return arrayOf(
    dtype,
    Array.from({ length }, (_, place) => elements(place)),
  );
}

function sameArray(a: TypedArray, b: TypedArray): boolean {
  return (
    a.constructor === b.constructor && a.length === b.length && a.every((value, i) => Object.is(value, b[i]))
  );
}

async function throws(attempt: () => unknown): Promise<boolean> {
  try {
    await attempt();
    return false;
  } catch (error) {
    return error instanceof Error;
  }
}

function show({ buffers, bytes }: { buffers: number; bytes: number }): string {
  return `${buffers} buffers, ${bytes} bytes`;
}
