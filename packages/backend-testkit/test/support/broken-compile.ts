import type {
  Backend,
  BackendBuffer,
  CompiledProgram,
  Program,
  ProgramInput,
  ProgramStep,
} from "@gradwerk/tensor/backend";
import type { Fault } from "./fault.ts";
import { createFusedCpuBackend } from "./fused-cpu.ts";

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

function reductionsFirst(steps: readonly ProgramStep[]): ProgramStep[] {
  const isReduction = ({ kernel }: ProgramStep): boolean => kernel === "reduce";
  return [...steps.filter(isReduction), ...steps.filter((step) => !isReduction(step))];
}
