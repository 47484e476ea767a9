import { cpuWithKernel, type Fault, sizeOf } from "./fault.ts";
import { memoryOf } from "./view-memory.ts";

/** Right numbers, and harm beside them. */
export const guardFaults: readonly Fault[] = [
  {
    name: "writes one element too many",
    create: cpuWithKernel("unary", (right, cpu) => ([out], inputs, attributes) => {
      right([out], inputs, attributes);
      const behind = out.offset + sizeOf(out);
      if (behind < out.buffer.length) memoryOf(cpu).write({ ...out, offset: behind }, [0]);
    }),
    section: "guards",
    caseName: "unary neg float32",
    reason:
      /^unary neg float32, \[\]: element 20 of the output's buffer lies outside the view and was written to/,
  },
  {
    name: "writes whole vectors from an aligned start",
    create: cpuWithKernel("fill", (right) => ([out], inputs, attributes) => {
      const offset = out.offset - (out.offset % 4);
      const before = { ...out, offset, shape: [out.offset - offset], strides: [1] };
      right([before], inputs, attributes);
      right([out], inputs, attributes);
    }),
    section: "guards",
    caseName: "fill float32",
    reason: /^fill float32, .*: element 1[678] of the output's buffer lies outside the view/,
  },
  {
    name: "changes an input",
    create: cpuWithKernel("binary", (right, cpu) => ([out], [a, b], attributes) => {
      right([out], [a, b], attributes);
      if (b.buffer === out.buffer || b.buffer === a.buffer || sizeOf(b) === 0) return;
      memoryOf(cpu).write(b, [0]);
    }),
    section: "guards",
    caseName: "binary add float32",
    reason: /^binary add float32, \[\]: element 0 of the buffer of input 1 was changed/,
  },
];
