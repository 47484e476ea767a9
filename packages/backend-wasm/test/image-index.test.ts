import type { Backend, BackendBuffer, ProgramStep } from "@gradwerk/tensor/backend";
import { describe, expect, test } from "vitest";
import { backendWith, threaded } from "./support/backends.ts";
import { bufferOf, contentOf, viewOn } from "./support/views.ts";

const [count, inputs, outputs, batch] = [12, 10, 7, 5];
const rowNumbers = [3, 0, 11, 3, 7];

/** Mostly zeros; images without anything are among them. */
function imagesOf(seed: number): Uint8Array {
  return Uint8Array.from({ length: count * inputs }, (_, i) =>
    Math.floor(i / inputs) % 4 === seed % 4 || (i * 31 + seed * 17) % 5 > 0 ? 0 : 1 + ((i + seed) % 250),
  );
}

const external = (buffer: BackendBuffer) => ({ kind: "external", buffer }) as const;

/** A first layer that reads rows of images, as a program; images from `offset` on and so wide. */
function firstLayer(backend: Backend, images: BackendBuffer, offset = 0, width = inputs) {
  const rows = bufferOf(backend, "int32", rowNumbers);
  const weight = bufferOf(
    backend,
    "float32",
    Array.from({ length: width * outputs }, (_, i) => (i % 11) - 5),
  );
  const bias = bufferOf(
    backend,
    "float32",
    Array.from({ length: outputs }, (_, i) => i),
  );
  const y = bufferOf(backend, "float32", new Float32Array(batch * outputs));
  const step: ProgramStep = {
    kernel: "sparseLinear",
    out: [viewOn(4, [batch, outputs])],
    inputs: [
      { ...viewOn(0, [count, width]), offset },
      viewOn(1, [batch]),
      viewOn(2, [width, outputs]),
      viewOn(3, [outputs]),
    ],
    attributes: { scale: 1, activation: "none" },
  };
  const program = backend.compile?.({
    buffers: [external(images), external(rows), external(weight), external(bias), external(y)],
    steps: [step],
  });
  return {
    /** What the layer gives for what the images are now, and what it should give. */
    run(): void {
      program?.run([], 1);
      const pixels = contentOf(backend, images).subarray(offset);
      const expected = new Float32Array(batch * outputs);
      for (const [b, row] of rowNumbers.entries()) {
        for (let o = 0; o < outputs; o++) {
          let sum = o;
          for (let i = 0; i < width; i++) sum += pixels[row * width + i] * (((i * outputs + o) % 11) - 5);
          expected[b * outputs + o] = sum;
        }
      }
      expect(contentOf(backend, y)).toEqual(expected);
    },
    dispose(): void {
      program?.dispose();
      for (const buffer of [rows, weight, bias, y]) backend.free(buffer);
    },
  };
}

describe.each([
  ["one thread", { threads: 1 }],
  ["three threads", threaded(3)],
])("images that a program has looked at, on %s", (_, options) => {
  test("are looked at again after a write", async () => {
    const backend = await backendWith({ ...options, sparse: "always" });
    const images = bufferOf(backend, "uint8", imagesOf(0));
    const layer = firstLayer(backend, images);
    layer.run();
    // Often: in the end they are taken for images that change, and are read as they are.
    for (let seed = 1; seed < 7; seed++) {
      backend.write(images, 0, imagesOf(seed));
      layer.run();
      layer.run();
      backend.write(images, 3 * inputs + 2, Uint8Array.of(99));
      layer.run();
    }
  });

  test("are looked at again after an eager kernel", async () => {
    const backend = await backendWith({ ...options, sparse: "always" });
    const images = bufferOf(backend, "uint8", imagesOf(0));
    const layer = firstLayer(backend, images);
    layer.run();
    backend.kernels.fill([{ ...viewOn(images, [1, inputs]), offset: 3 * inputs }], [], { value: 5 });
    layer.run();
    const others = bufferOf(backend, "uint8", imagesOf(2));
    backend.kernels.copy([viewOn(images, [count * inputs])], [viewOn(others, [count * inputs])], {});
    layer.run();
  });

  test("are looked at again after another program, which had them outside or as an argument", async () => {
    const backend = await backendWith({ ...options, sparse: "always" });
    const images = bufferOf(backend, "uint8", imagesOf(0));
    const layer = firstLayer(backend, images);
    const whole = viewOn(0, [count * inputs]);
    const double: ProgramStep = {
      kernel: "binary",
      out: [whole],
      inputs: [whole, whole],
      attributes: { op: "add" },
    };
    const outside = backend.compile?.({ buffers: [external(images)], steps: [double] });
    const given = backend.compile?.({
      buffers: [{ kind: "input", dtype: "uint8", length: count * inputs }],
      steps: [double],
    });
    layer.run();
    outside?.run([], 1);
    layer.run();
    given?.run([{ buffer: images, offset: 0 }], 1);
    layer.run();
  });

  test("are looked at anew where others lie after they were freed", async () => {
    const backend = await backendWith({ ...options, sparse: "always" });
    for (let seed = 0; seed < 5; seed++) {
      const images = bufferOf(backend, "uint8", imagesOf(seed));
      const layer = firstLayer(backend, images);
      layer.run();
      layer.dispose();
      backend.free(images);
    }
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
  });

  test("may be parts of one buffer, and of other widths", async () => {
    const backend = await backendWith({ ...options, sparse: "always" });
    const images = bufferOf(backend, "uint8", [...imagesOf(0), ...imagesOf(1), ...imagesOf(2)]);
    const layers = [
      firstLayer(backend, images),
      firstLayer(backend, images, 0, 2 * inputs),
      firstLayer(backend, images, 7, inputs),
      firstLayer(backend, images, count * inputs, inputs - 3),
    ];
    for (const layer of [...layers, ...layers]) layer.run();
  });
});
