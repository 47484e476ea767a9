import { createDevice, type Device, sizeOf } from "@gradwerk/tensor";
import type {
  AnyKernel,
  Backend,
  BackendBuffer,
  FusedKernels,
  TypedArray,
  View,
} from "@gradwerk/tensor/backend";
import { shared } from "../devices.ts";
import { poisoned } from "../kernel-call.ts";
import { margin } from "../views.ts";

type FusedName = keyof FusedKernels;

/** A device on which fused kernels are watched. */
export interface GuardedDevice {
  readonly device: Device;
  calls(name: FusedName): number;
  /** The first thing that a fused kernel changed though it should not, in words. Frees what watched. */
  breach(): Promise<string | undefined>;
}

/** A view that was moved into a buffer of its own, in the midst of poison. */
interface GuardedView {
  readonly what: string;
  readonly view: View;
  /** The whole buffer as it was before the call. */
  readonly before: BackendBuffer;
  /** Whether the kernel may change the view's own elements. */
  readonly isOutput: boolean;
}

/**
 * A device that brings only the fused kernels named, and calls each on copies of its views that start somewhere in
 * a buffer and have poison around them: what a kernel reads or writes beyond its views shows.
 */
export function guardedDevice(backend: Backend, names: readonly FusedName[]): GuardedDevice {
  const counts = new Map<FusedName, number>();
  const guards: GuardedView[] = [];

  const guarded = (what: string, view: View, isOutput: boolean): View => {
    const size = sizeOf(view.shape);
    const content = poisoned(view.buffer.dtype, margin + size + margin);
    const [buffer, before] = [0, 1].map(() => backend.alloc(view.buffer.dtype, content.length));
    backend.write(buffer, 0, content);
    const moved = { ...view, buffer, offset: margin };
    backend.kernels.copy([moved], [view], {});
    const whole = { offset: 0, shape: [content.length], strides: [1] };
    backend.kernels.copy([{ buffer: before, ...whole }], [{ buffer, ...whole }], {});
    guards.push({ what, view: moved, before, isOutput });
    return moved;
  };

  const watched = (name: FusedName): AnyKernel => {
    const kernel = backend.fused?.[name] as AnyKernel | undefined;
    return (out, inputs, attributes) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const outputs = out.map((view, i) => guarded(`output ${i} of ${name}`, view, true));
      const sources = inputs.map((view, i) => guarded(`input ${i} of ${name}`, view, false));
      kernel?.(outputs, sources, attributes);
      for (const [i, view] of out.entries()) backend.kernels.copy([view], [outputs[i]], {});
    };
  };

  // Without compile, so that programs call the kernels that are watched.
  const { compile: _, ...parts } = shared(backend);
  const fused: FusedKernels = Object.fromEntries(names.map((name) => [name, watched(name)]));
  return {
    device: createDevice({ ...parts, fused, dispose: () => {} }, { pooling: false }),
    calls: (name) => counts.get(name) ?? 0,
    async breach() {
      const found: string[] = [];
      for (const { what, view, before, isOutput } of guards.splice(0)) {
        const [was, is] = await Promise.all(
          [before, view.buffer].map((buffer) => backend.read(buffer, 0, buffer.length)),
        );
        const place = firstChange(was, is, isOutput ? sizeOf(view.shape) : 0);
        if (place !== undefined) {
          found.push(
            `element ${place - margin} of ${what} was ${isOutput ? "written to, beyond it" : "changed"}`,
          );
        }
        for (const buffer of [before, view.buffer]) backend.free(buffer);
      }
      return found[0];
    },
  };
}

// The first place with another content, `outputs` elements after the margin left out.
function firstChange(was: TypedArray, is: TypedArray, outputs: number): number | undefined {
  for (let place = 0; place < was.length; place++) {
    const mayChange = place >= margin && place < margin + outputs;
    if (!mayChange && !Object.is(was[place], is[place])) return place;
  }
  return undefined;
}
