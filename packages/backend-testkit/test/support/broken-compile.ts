import type {
  Backend,
  BackendBuffer,
  CompiledProgram,
  FusedKernels,
  Program,
  ProgramInput,
  ProgramStep,
  ProgramView,
  TypedArray,
} from "@gradwerk/tensor/backend";
import { type Fault, sizeOf } from "./fault.ts";
import { createFusedCpuBackend } from "./fused-cpu.ts";
import { naiveCompile } from "./naive-compile.ts";
import { change, memoryOf } from "./view-memory.ts";

type Compile = (program: Program) => CompiledProgram;

function compileFault(
  name: string,
  replace: (right: Compile, backend: Backend) => Compile,
  caseName: string,
  reason: RegExp = /outer buffer \d+ after 3 runs: element \d+ is/,
): Fault {
  return {
    name,
    create: () => {
      const backend = createFusedCpuBackend();
      const right: Compile = (program) => {
        if (backend.compile === undefined) throw new Error("the naive backend lacks compile");
        return backend.compile(program);
      };
      return { ...backend, compile: replace(right, backend) };
    },
    section: "captured",
    caseName: `${caseName} float32`,
    reason,
  };
}

const chain = "a chain of elementwise kernels";

/** Faults in compiled programs: single kernels are right. */
export const compileFaults: readonly Fault[] = [
  compileFault(
    "computes on what inputs held when the program was compiled",
    (right, backend) => (program) => {
      const written = new Set(program.steps.flatMap(({ out }) => out.map(({ buffer }) => buffer)));
      const copies: BackendBuffer[] = [];
      const buffers = program.buffers.map((buffer, number) => {
        if (buffer.kind !== "external" || written.has(number)) return buffer;
        const copy = backend.alloc(buffer.buffer.dtype, buffer.buffer.length);
        const whole = { offset: 0, shape: [copy.length], strides: [1] };
        backend.kernels.copy([{ buffer: copy, ...whole }], [{ buffer: buffer.buffer, ...whole }], {});
        copies.push(copy);
        return { kind: "external", buffer: copy } as const;
      });
      const { run, dispose } = right({ ...program, buffers });
      return {
        run,
        dispose() {
          dispose();
          for (const copy of copies) backend.free(copy);
        },
      };
    },
    "a training step of a dense layer",
  ),
  compileFault(
    "looks for its inputs where they were in the first run",
    (right, backend) => (program) => {
      const { run, dispose } = right(program);
      let first: readonly ProgramInput[] = [];
      const kept: BackendBuffer[] = [];
      return {
        run(inputs, times) {
          if (first.length === 0) {
            first = inputs.map(({ buffer, offset }) => {
              const copy = backend.alloc(buffer.dtype, buffer.length);
              const whole = { offset: 0, shape: [copy.length], strides: [1] };
              backend.kernels.copy([{ buffer: copy, ...whole }], [{ buffer, ...whole }], {});
              kept.push(copy);
              return { buffer: copy, offset };
            });
          }
          run(first, times);
        },
        dispose() {
          dispose();
          for (const copy of kept) backend.free(copy);
        },
      };
    },
    chain,
  ),
  compileFault(
    "reads inputs from the start of their buffers",
    (right) => (program) => {
      const { run, dispose } = right(program);
      return {
        run: (inputs, times) =>
          run(
            inputs.map(({ buffer }) => ({ buffer, offset: 0 })),
            times,
          ),
        dispose,
      };
    },
    chain,
  ),
  compileFault(
    "runs once however often it should",
    (right) => (program) => {
      const { run, dispose } = right(program);
      return { run: (inputs) => run(inputs, 1), dispose };
    },
    chain,
  ),
  compileFault(
    "runs only the first time",
    (right) => (program) => {
      const { run, dispose } = right(program);
      let done = false;
      return {
        run(inputs) {
          if (!done) run(inputs, 1);
          done = true;
        },
        dispose,
      };
    },
    chain,
  ),
  compileFault(
    "runs steps in the wrong order",
    (right) =>
      ({ buffers, steps }) =>
        right({ buffers, steps: [...steps.slice(0, -2), ...steps.slice(-2).reverse()] }),
    chain,
  ),
  compileFault(
    "moves a step before one that reads what it overwrites",
    (right) =>
      ({ buffers, steps }) =>
        right({ buffers, steps: reductionsFirst(steps) }),
    "temporaries that share a slot",
  ),
  compileFault(
    "gives temporaries of one size the same memory",
    (right) =>
      ({ buffers, steps }) => {
        const first = new Map<string, number>();
        const merged = buffers.map((buffer, number) => {
          if (buffer.kind !== "temporary") return number;
          const key = `${buffer.dtype} ${buffer.length}`;
          if (!first.has(key)) first.set(key, number);
          return first.get(key) ?? number;
        });
        const placed = (views: ProgramStep["inputs"] | ProgramStep["out"]) =>
          views.map((view) => ({ ...view, buffer: merged[view.buffer] }));
        const moved = steps.map(
          (step) =>
            ({ ...step, out: placed(step.out), inputs: placed(step.inputs) }) as unknown as ProgramStep,
        );
        return right({ buffers, steps: moved });
      },
    "a training step of a convolutional network",
  ),
  compileFault(
    "forgets the options of a fused step",
    (right) =>
      ({ buffers, steps }) =>
        right({
          buffers,
          steps: steps.map((step) =>
            step.kernel === "sgdUpdate"
              ? { ...step, attributes: { ...step.attributes, nesterov: true, momentum: 0 } }
              : step,
          ),
        }),
    "fused sgdUpdate",
  ),
  compileFault(
    "keeps its temporaries when a program is disposed of",
    (right) => (program) => ({ run: right(program).run, dispose: () => {} }),
    chain,
    /a program that was disposed of left 3 buffers behind/,
  ),
  compileFault(
    "leaks with every run",
    (right, backend) => (program) => {
      const { run, dispose } = right(program);
      return {
        run(inputs, times) {
          backend.alloc("uint8", 1);
          run(inputs, times);
        },
        dispose,
      };
    },
    chain,
    /left 2 buffers behind/,
  ),
  compileFault(
    "frees what is not its own",
    (right, backend) => (program) => {
      const { run, dispose } = right(program);
      return {
        run,
        dispose() {
          dispose();
          for (const buffer of program.buffers) if (buffer.kind === "external") backend.free(buffer.buffer);
        },
      };
    },
    chain,
    /freed/,
  ),
];

const eagerly = (name: string): string => `as run eagerly: ${name}`;
const differs = /^call \d, (result|state) \d+: element \d+ is/;

/** Faults that only show where a whole step is captured and compared with itself run eagerly. */
export const captureFaults: readonly Fault[] = [
  compileFault(
    "rounds otherwise in programs than by itself",
    (_, backend) => {
      const nudged: FusedKernels["linear"] = (out, inputs, attributes) => {
        backend.fused?.linear?.(out, inputs, attributes);
        change(backend, out[0], (value) => value * (1 + 2 ** -22));
      };
      return naiveCompile({ ...backend, fused: { ...backend.fused, linear: nudged } });
    },
    eagerly("training a perceptron by plain descent"),
    differs,
  ),
  {
    name: "applies an activation to more digits than the sum has by itself",
    create: () => {
      const backend = createFusedCpuBackend();
      const { linear } = backend.fused ?? {};
      const precise: FusedKernels["linear"] = ([y], inputs, { activation }) => {
        if (activation !== "sigmoid") {
          linear?.([y], inputs, { activation });
          return;
        }
        const wide = { ...y, buffer: backend.alloc("float64", sizeOf(y)), offset: 0 };
        linear?.([wide], inputs, { activation: "none" });
        const sums = memoryOf(backend).read(wide);
        memoryOf(backend).write(
          y,
          sums.map((sum) => 1 / (1 + Math.exp(-sum))),
        );
        backend.free(wide.buffer);
      };
      const changed = { ...backend, fused: { ...backend.fused, linear: precise } };
      return { ...changed, compile: naiveCompile(changed) };
    },
    section: "captured",
    caseName: `${eagerly("layers and their activations, forward alone")} float32`,
    reason: differs,
  },
  compileFault(
    "gives a program the constants of the one compiled last",
    (right, backend) => {
      let latest: readonly TypedArray[] = [];
      return (program) => {
        const constants = program.buffers.filter((buffer) => buffer.kind === "constant");
        latest = constants.map(({ values }) => values);
        const made = constants.map(({ dtype, values }) => backend.alloc(dtype, values.length));
        const buffers = program.buffers.map((buffer) =>
          buffer.kind === "constant"
            ? ({ kind: "external", buffer: made[constants.indexOf(buffer)] } as const)
            : buffer,
        );
        const { run, dispose } = right({ ...program, buffers });
        return {
          run(inputs, times) {
            for (const [i, buffer] of made.entries()) {
              const { values } = constants[i];
              const fits =
                latest[i]?.length === values.length && latest[i].constructor === values.constructor;
              backend.write(buffer, 0, fits ? latest[i] : values);
            }
            run(inputs, times);
          },
          dispose() {
            dispose();
            for (const buffer of made) backend.free(buffer);
          },
        };
      };
    },
    eagerly("training on batches of other sizes"),
    differs,
  ),
  compileFault(
    "keeps to itself what a program makes of a random key",
    (right, backend) => (program) => {
      const usedBy = (views: readonly ProgramView[]): number[] => views.map(({ buffer }) => buffer);
      const read = new Set(program.steps.flatMap(({ inputs }) => usedBy(inputs)));
      const written = new Set(program.steps.flatMap(({ out }) => usedBy(out)));
      const copies: BackendBuffer[] = [];
      const buffers = program.buffers.map((buffer, number) => {
        const isKey = buffer.kind === "external" && buffer.buffer.dtype === "int32";
        if (!isKey || !read.has(number) || !written.has(number)) return buffer;
        const copy = backend.alloc("int32", buffer.buffer.length);
        const whole = { offset: 0, shape: [copy.length], strides: [1] };
        backend.kernels.copy([{ buffer: copy, ...whole }], [{ buffer: buffer.buffer, ...whole }], {});
        copies.push(copy);
        return { kind: "external", buffer: copy } as const;
      });
      const { run, dispose } = right({ ...program, buffers });
      return {
        run,
        dispose() {
          dispose();
          for (const copy of copies) backend.free(copy);
        },
      };
    },
    eagerly("dropout under a key that moves on"),
    differs,
  ),
  compileFault(
    "writes what a program gives only once",
    (right, backend) => (program) => {
      // Steps that write outside are done once for all runs that are asked for together but the first.
      const { run, dispose } = right(program);
      const states = program.buffers.flatMap((buffer) =>
        buffer.kind === "external" && buffer.buffer.dtype !== "int32" ? [buffer.buffer] : [],
      );
      const whole = (buffer: BackendBuffer) => ({ buffer, offset: 0, shape: [buffer.length], strides: [1] });
      return {
        run(inputs, times) {
          run(inputs, 1);
          if (times < 3) {
            if (times === 2) run(inputs, 1);
            return;
          }
          const kept = states.map((buffer) => memoryOf(backend).read(whole(buffer)));
          run(inputs, times - 1);
          for (const [i, buffer] of states.entries()) memoryOf(backend).write(whole(buffer), kept[i]);
        },
        dispose,
      };
    },
    eagerly("training five times on each batch"),
    differs,
  ),
];

function reductionsFirst(steps: readonly ProgramStep[]): ProgramStep[] {
  const isReduction = ({ kernel }: ProgramStep): boolean => kernel === "reduce";
  return [...steps.filter(isReduction), ...steps.filter((step) => !isReduction(step))];
}
