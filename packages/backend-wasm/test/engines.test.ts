import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createWasmBackend, wasmKernels } from "@gradwerk/backend-wasm";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { stamp } from "../src/generated/stamp.ts";
import { backendWith, refusal } from "./support/backends.ts";
import { bufferOf, contentOf, viewOn } from "./support/views.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.resetModules();
});

type Api = typeof WebAssembly;

/** WebAssembly with something else in some places. */
function stubWebAssembly(changes: Partial<Record<keyof Api, unknown>>): void {
  const all = Object.getOwnPropertyNames(WebAssembly).map((name) => [name, Reflect.get(WebAssembly, name)]);
  vi.stubGlobal("WebAssembly", { ...Object.fromEntries(all), ...changes });
}

async function expectWorking(options: Parameters<typeof createWasmBackend>[0]): Promise<void> {
  const backend = await backendWith(options);
  const buffer = bufferOf(backend, "float32", [1, 2, 3]);
  const view = viewOn(buffer, [3]);
  backend.kernels.unary([view], [view], { op: "exp" });
  expect(contentOf(backend, buffer)[0]).toBeCloseTo(Math.E, 5);
}

describe("an engine", () => {
  test("without WebAssembly is refused with what runs there", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    expect(await refusal(() => createWasmBackend())).toEqual({
      code: "unsupported-engine",
      message:
        "backend-wasm: this engine has no WebAssembly. Use a browser of 2023 or later or Node 22, or another backend: " +
        "createCpuBackend of @gradwerk/backend-cpu runs everywhere.",
    });
  });

  test("without WebAssembly SIMD is refused, whatever build is asked for", async () => {
    stubWebAssembly({ validate: () => false });
    for (const simd of [undefined, "plain", "relaxed"] as const) {
      const { code, message } = await refusal(() => createWasmBackend({ simd }));
      expect(code).toBe("unsupported-engine");
      expect(message).toContain("this engine has no WebAssembly SIMD.");
    }
  });

  test("without relaxed SIMD runs the plain build, and refuses the other", async () => {
    let asked = 0;
    // First comes the question for SIMD, then that for more.
    stubWebAssembly({ validate: () => asked++ % 2 === 0 });
    expect((await backendWith()).capabilities.simd).toBe("simd128");
    expect(await refusal(() => createWasmBackend({ simd: "relaxed" }))).toEqual({
      code: "unsupported-engine",
      message: 'backend-wasm: this engine has no relaxed SIMD. Leave `simd` out, or ask for "plain".',
    });
    await expectWorking({});
  });

  test("that may not compile is refused with what a page has to allow", async () => {
    stubWebAssembly({
      Module: class {
        constructor() {
          throw new WebAssembly.CompileError("blocked by content security policy");
        }
      },
    });
    // Modules that were compiled before are kept: so with a fresh copy of this package.
    const fresh = await import("../src/index.ts");
    await expect(fresh.createWasmBackend({ threads: 1 })).rejects.toMatchObject({
      name: "WasmBackendError",
      code: "unsupported-engine",
      message: expect.stringContaining("'wasm-unsafe-eval'"),
      cause: expect.objectContaining({ message: "blocked by content security policy" }),
    });
  });

  test("without Node's modules inflates the kernels by streams, and one with neither says so", async () => {
    const expected = await wasmKernels("plain");
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    expect(await wasmKernels("plain")).toEqual(expected);
    vi.stubGlobal("DecompressionStream", undefined);
    expect(await refusal(() => wasmKernels("plain"))).toMatchObject({
      code: "unsupported-engine",
      message: expect.stringContaining("Pass them in: createWasmBackend({ module })"),
    });
    await expectWorking({ module: expected });
  });

  test("with a page compiles without standing still", async () => {
    vi.stubGlobal("document", {});
    const compile = vi.fn(WebAssembly.compile);
    stubWebAssembly({ compile });
    await expectWorking({ module: await wasmKernels("relaxed") });
    expect(compile).toHaveBeenCalledOnce();
  });
});

describe("kernels that are given", () => {
  const answers = new Map<string, () => Promise<Uint8Array>>();
  const server = createServer(async (request, response) => {
    const answer = answers.get(String(request.url));
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(await answer?.());
  });
  let address = "";
  beforeAll(async () => {
    answers.set("/relaxed.wasm", () => wasmKernels("relaxed"));
    answers.set("/plain.wasm", () => wasmKernels("plain"));
    answers.set("/page.html", async () => new TextEncoder().encode("<!doctype html>"));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test("as bytes run, on one thread and on two, and say which build they are", async () => {
    for (const build of ["relaxed", "plain"] as const) {
      const bytes = await wasmKernels(build);
      for (const threads of [1, 2]) {
        await expectWorking({ module: bytes, threads });
        await expectWorking({ module: bytes.buffer, threads });
        const { capabilities } = await backendWith({ module: bytes, threads });
        expect(capabilities.simd).toBe(build === "plain" ? "simd128" : "relaxed-simd");
      }
    }
  });

  test("as a buffer of Node are left as they are", async () => {
    const bytes = Buffer.from(await wasmKernels("relaxed"));
    const before = Buffer.from(bytes);
    await expectWorking({ module: bytes, threads: 1 });
    expect(bytes.equals(before)).toBe(true);
  });

  test("by where they are run", async () => {
    await expectWorking({ module: `${address}/relaxed.wasm` });
    await expectWorking({ module: new URL(`${address}/plain.wasm`), simd: "plain" });
  });

  test("by where they are not are refused", async () => {
    expect(await refusal(() => createWasmBackend({ module: `${address}/none.wasm` }))).toEqual({
      code: "option",
      message: `backend-wasm: fetching the kernels from ${address}/none.wasm gave status 404.`,
    });
    const nowhere = "http://127.0.0.1:1/kernels.wasm";
    expect(await refusal(() => createWasmBackend({ module: nowhere }))).toEqual({
      code: "option",
      message: `backend-wasm: the kernels could not be fetched from ${nowhere}.`,
    });
  });

  test("and are none, are cut off, or are another module, are refused", async () => {
    const whole = await wasmKernels("relaxed");
    const other = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
    const needy = new Uint8Array([...other, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 97, 1, 98, 0, 0]);
    const given = [
      new Uint8Array(0),
      new Uint8Array(1000).fill(7),
      whole.slice(0, 5000),
      other,
      needy,
      `${address}/page.html`,
    ];
    for (const module of given) {
      for (const threads of [1, 2]) {
        const { code, message } = await refusal(() => createWasmBackend({ module, threads }));
        expect(code).toBe("option");
        expect(message).toMatch(/^backend-wasm: `module` must be the kernels of this package/);
      }
    }
  });

  test("and belong to another version are refused", async () => {
    const bytes = await wasmKernels("relaxed");
    // The stamp is a constant of the module (i32.const, LEB128): change its last bit but one.
    const constant = [0x41, ...leb(stamp + 1)];
    const place = bytes.findIndex((_, i) => constant.every((byte, k) => bytes[i + k] === byte));
    expect(place).toBeGreaterThan(0);
    bytes[place + 1] ^= 2;
    expect(await refusal(() => createWasmBackend({ module: bytes }))).toMatchObject({
      code: "option",
      message: expect.stringContaining("in this version"),
    });
  });

  test("and are not the build that was asked for are refused", async () => {
    const module = await wasmKernels("plain");
    expect(await refusal(() => createWasmBackend({ module, simd: "relaxed" }))).toEqual({
      code: "option",
      message: 'backend-wasm: `module` is the plain build, and `simd` asks for "relaxed".',
    });
  });
});

function leb(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const byte = value & 127;
    value >>= 7;
    if (value === 0 && (byte & 64) === 0) return [...bytes, byte];
    bytes.push(byte | 128);
  }
}
