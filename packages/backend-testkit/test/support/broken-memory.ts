import { createCpuBackend } from "@gradwerk/backend-cpu";
import type { Backend, BackendBuffer, DType, TypedArray, View } from "@gradwerk/tensor/backend";
import { cpuWith, type Fault, mapKernels } from "./fault.ts";
import { typed } from "./view-memory.ts";

let immortal: Backend | undefined;

/** Faults in what holds the numbers: each is found before any kernel is looked at. */
export const memoryFaults: readonly Fault[] = [
  {
    name: "lacks a dtype that is required",
    create: cpuWith((cpu) => ({ capabilities: { ...cpu.capabilities, dtypes: ["float32", "uint8"] } })),
    section: "memory",
    caseName: "capabilities: says what it can",
    reason: /lacks int32/,
  },
  {
    name: "gives float64 buffers where float32 is asked for",
    create: cpuWith((cpu) => ({
      alloc: (dtype, length) => cpu.alloc(dtype === "float32" ? "float64" : dtype, length),
    })),
    section: "memory",
    caseName: "alloc: a buffer has the dtype and length asked for, 0 included",
    reason: /alloc\(float32, 0\) gave float64, 0/,
  },
  {
    name: "forgets to give back what is freed",
    create: cpuWith(() => ({ free: () => {} })),
    section: "memory",
    caseName: "alloc: a buffer has the dtype and length asked for, 0 included",
    reason: /left 16 buffers behind in memory\(\)/,
  },
  {
    name: "reads one element too far",
    create: cpuWith((cpu) => ({
      read: (buffer, offset, length) =>
        cpu.read(buffer, Math.min(offset + 1, buffer.length - length), length),
    })),
    section: "memory",
    caseName: "write: what was written is read, whole and in parts",
    reason: /4 of 8 float32 from 2 on do not come back as written/,
  },
  {
    name: "reads a live view",
    create: cpuWith(() => ({ read: async (...where) => liveView(...where) })),
    section: "memory",
    caseName: "read: reading copies out and writing copies in",
    reason: /read must copy/,
  },
  {
    name: "reads a live view when it reads at once",
    create: cpuWith(() => ({ readSync: liveView })),
    section: "memory",
    caseName: "readSync: reads at once what read reads",
    reason: /readSync must copy/,
  },
  {
    name: "keeps a reference to what is written and copies it later",
    create: cpuWith(withLateWrites),
    section: "memory",
    caseName: "read: reading copies out and writing copies in",
    reason: /write must copy/,
  },
  {
    name: "reads what later kernels wrote",
    create: cpuWith((cpu) => ({
      read: async (buffer, offset, length) => {
        await Promise.resolve();
        return cpu.read(buffer, offset, length);
      },
    })),
    section: "memory",
    caseName: "read: a read sees the kernels and writes before it, and none after it",
    reason: /read gave \[9,9,9,9\] instead of \[2,4,6,8\]/,
  },
  {
    name: "gives the same buffer twice",
    create: cpuWith((cpu) => {
      const given = new Map<string, BackendBuffer>();
      return {
        alloc(dtype: DType, length: number): BackendBuffer {
          const key = `${dtype} ${length}`;
          const buffer = given.get(key) ?? cpu.alloc(dtype, length);
          given.set(key, buffer);
          return buffer;
        },
        free(buffer: BackendBuffer): void {
          if (given.delete(`${buffer.dtype} ${buffer.length}`)) cpu.free(buffer);
        },
      };
    }),
    section: "memory",
    caseName: "alloc: no two live buffers share memory",
    reason: /alloc gave a buffer that is in use/,
  },
  {
    name: "computes on a packed copy of a matrix that was changed since",
    create: cpuWith(withPackedMatrices({ noticesWrites: false })),
    section: "memory",
    caseName: "write: a kernel sees what was written since it last ran on the same views",
    reason: /matmul computed on what a matrix held before a write/,
  },
  {
    name: "counts buffers but not their bytes",
    create: cpuWith((cpu) => ({ memory: () => ({ buffers: cpu.memory().buffers, bytes: 0 }) })),
    section: "memory",
    caseName: "memory: counts live buffers and the bytes asked for",
    reason: /from 0 buffers, 0 bytes to 4 buffers, 0 bytes, not to 85 bytes/,
  },
  {
    name: "takes scratch memory in its kernels and never frees it",
    create: cpuWith((cpu) => ({
      kernels: {
        ...cpu.kernels,
        reduce(out, inputs, attributes) {
          cpu.alloc("float32", 16);
          cpu.kernels.reduce(out, inputs, attributes);
        },
      },
    })),
    section: "memory",
    caseName: "memory: kernels leave no buffers behind",
    reason: /200 kernel calls on one buffer left 50 buffers behind/,
  },
  {
    name: "refuses memory without a word",
    create: cpuWith((cpu) => ({
      alloc(dtype, length) {
        if (length > 1e9) throw new Error("no");
        return cpu.alloc(dtype, length);
      },
    })),
    section: "memory",
    caseName: "alloc: memory that is not there is refused, and what is there stays usable",
    reason: /must be an Error that says what to do, got Error: no/,
  },
  {
    name: "counts sizes in 32 bits",
    create: cpuWith((cpu) => ({ alloc: (dtype, length) => cpu.alloc(dtype, length % 2 ** 32) })),
    section: "memory",
    caseName: "alloc: memory that is not there is refused, and what is there stays usable",
    reason: /alloc gave 4 TiB instead of throwing/,
  },
  {
    name: "still works after it was disposed of",
    create: cpuWith((cpu) => {
      const live = new Set<BackendBuffer>();
      return {
        alloc(dtype, length) {
          const buffer = cpu.alloc(dtype, length);
          live.add(buffer);
          return buffer;
        },
        free(buffer) {
          if (live.delete(buffer)) cpu.free(buffer);
        },
        dispose() {
          for (const buffer of live) cpu.free(buffer);
          live.clear();
        },
      };
    }),
    section: "memory",
    caseName: "dispose: everything but memory and dispose throws afterwards",
    reason: /alloc does not throw after dispose/,
  },
  {
    name: "is the same backend each time it is made",
    create: () => {
      immortal ??= createCpuBackend();
      return immortal;
    },
    section: "memory",
    caseName: "dispose: another backend of the same kind lives on",
    reason: /disposed/,
  },
];

// Buffers of the reference backend are typed arrays; this shows one instead of copying it.
function liveView(buffer: BackendBuffer, offset: number, length: number): TypedArray {
  const { array } = buffer as BackendBuffer & { readonly array: TypedArray };
  return array.subarray(offset, offset + length);
}

// Writes wait until somebody reads or computes.
function withLateWrites(cpu: Backend): Partial<Backend> {
  const waiting: [BackendBuffer, number, TypedArray][] = [];
  const settle = (): void => {
    for (const [buffer, offset, values] of waiting.splice(0)) cpu.write(buffer, offset, values);
  };
  const settled =
    <Parameters extends readonly unknown[], Result>(work: (...parameters: Parameters) => Result) =>
    (...parameters: Parameters): Result => {
      settle();
      return work(...parameters);
    };
  return {
    write: (buffer, offset, values) => waiting.push([buffer, offset, values]),
    read: settled(cpu.read),
    free: settled(cpu.free),
    dispose: settled(cpu.dispose),
    kernels: mapKernels(cpu.kernels, settled),
  };
}

/**
 * Keeps the right matrix of a product as it was first used, for the next product with it, as a fast backend may; a
 * right one would take note of writes, of kernels that change it, and of how it is used.
 */
export function withPackedMatrices({ noticesWrites }: { noticesWrites: boolean }) {
  return (cpu: Backend): Partial<Backend> => {
    const packed = new Map<BackendBuffer, TypedArray>();
    const forget = (buffer: BackendBuffer): void => {
      packed.delete(buffer);
    };
    const noticing = mapKernels(cpu.kernels, (kernel) => (out, inputs, attributes) => {
      for (const { buffer } of out) forget(buffer);
      kernel(out, inputs, attributes);
    });
    return {
      write(buffer, offset, values) {
        if (noticesWrites) forget(buffer);
        cpu.write(buffer, offset, values);
      },
      free(buffer) {
        forget(buffer);
        cpu.free(buffer);
      },
      kernels: {
        ...(noticesWrites ? noticing : cpu.kernels),
        matmul([out], [a, b], attributes) {
          if (noticesWrites) forget(out.buffer);
          const values = packed.get(b.buffer) ?? rowsOf(cpu, b, attributes.transposeB);
          packed.set(b.buffer, values);
          const size = b.shape.reduce((product, extent) => product * extent, 1);
          if (values.length !== size || a.buffer === b.buffer) {
            cpu.kernels.matmul([out], [a, b], attributes);
            return;
          }
          const scratch = cpu.alloc(b.buffer.dtype, size);
          cpu.write(scratch, 0, values);
          const [batch, first, second] = b.shape;
          const [k, n] = attributes.transposeB ? [second, first] : [first, second];
          const view = { buffer: scratch, offset: 0, shape: [batch, k, n], strides: [k * n, n, 1] };
          cpu.kernels.matmul([out], [a, view], { ...attributes, transposeB: false });
          cpu.free(scratch);
        },
      },
    };
  };
}

// The matrices of b as [k, n], one after the other.
function rowsOf(cpu: Backend, { buffer, offset, shape, strides }: View, transposed: boolean): TypedArray {
  const all = cpu.readSync?.(buffer, 0, buffer.length) ?? typed(buffer.dtype, []);
  const [batch, first, second] = shape;
  const [k, n] = transposed ? [second, first] : [first, second];
  const [perK, perN] = transposed ? [strides[2], strides[1]] : [strides[1], strides[2]];
  const values = typed(buffer.dtype, new Float64Array(batch * k * n));
  for (let i = 0; i < values.length; i++) {
    const [column, row, matrix] = [i % n, Math.floor(i / n) % k, Math.floor(i / (n * k))];
    values[i] = all[offset + matrix * strides[0] + row * perK + column * perN];
  }
  return values;
}
