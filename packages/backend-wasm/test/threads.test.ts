import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { createWasmBackend } from "@gradwerk/backend-wasm";
import type { Backend, BackendBuffer } from "@gradwerk/tensor/backend";
import { afterEach, describe, expect, test, vi } from "vitest";
import { backendWith, refusal, threaded } from "./support/backends.ts";
import { bufferOf, contentOf, viewOn } from "./support/views.ts";
import { noWorkers, recordedWorkers, standStill, workersThatRun } from "./support/workers.ts";

const source = new URL("../src/index.ts", import.meta.url).href;
const nothing = Promise.resolve();

afterEach(() => void vi.unstubAllGlobals());

/** A number that every thread has a share in, and a program that adds 1 to it. */
function counting(backend: Backend, length = 4096) {
  const sum = bufferOf(backend, "float32", new Float32Array(length));
  const one = bufferOf(backend, "float32", new Float32Array(length).fill(1));
  const external = (buffer: BackendBuffer) => ({ kind: "external", buffer }) as const;
  const [a, b] = [0, 1].map((buffer) => viewOn(buffer, [length]));
  const program = backend.compile?.({
    buffers: [external(sum), external(one)],
    steps: [{ kernel: "binary", out: [a], inputs: [a, b], attributes: { op: "add" } }],
  });
  return {
    eagerly(): void {
      backend.kernels.binary([viewOn(sum, [length])], [viewOn(sum, [length]), viewOn(one, [length])], {
        op: "add",
      });
    },
    asProgram: (times: number) => program?.run([], times),
    expectCount: (count: number) =>
      expect(contentOf(backend, sum)).toEqual(new Float32Array(length).fill(count)),
  };
}

const lost = expect.objectContaining({ code: "thread-lost" });

describe("a thread that is killed", () => {
  test("between calls gives an error at the next call; what is in memory can still be read", async () => {
    const workers = recordedWorkers();
    const backend = await backendWith(threaded(3));
    const count = counting(backend);
    count.asProgram(10);
    count.eagerly();
    await workers[1].terminate();
    await nothing;
    const { code, message } = await refusal(count.eagerly);
    expect(code).toBe("thread-lost");
    expect(message).toBe(
      "backend-wasm: a thread is gone (its worker has ended), and with it what it was computing. What is in memory " +
        "can still be read; to go on, make a new backend.",
    );
    expect(await refusal(() => count.asProgram(1))).toEqual(lost);
    count.expectCount(11);
    await backend.dispose();
    expect(await refusal(count.eagerly)).toMatchObject({ code: "disposed" });
  });

  test("while nobody could hear of it gives an error once patience is at its end", async () => {
    const workers = recordedWorkers();
    const backend = await backendWith(threaded(3, { patience: 0.3 }));
    const count = counting(backend);
    count.asProgram(10);
    void workers[0].terminate();
    // The worker ends, and its end is not told before the program has begun.
    standStill(300);
    const start = performance.now();
    const { code, message } = await refusal(() => count.asProgram(1));
    expect([code, message]).toEqual([
      "thread-lost",
      expect.stringContaining("did not come to where all meet"),
    ]);
    expect(performance.now() - start).toBeGreaterThan(250);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(await refusal(() => count.asProgram(1))).toEqual(lost);
    expect(await refusal(count.eagerly)).toEqual(lost);
  });

  test.each([2, 3])("while a program runs on %d threads gives an error, never a hang", async (threads) => {
    const workers = recordedWorkers();
    const backend = await backendWith(threaded(threads, { patience: 0.3 }));
    const count = counting(backend, 1 << 20);
    count.asProgram(2);
    void workers[0].terminate();
    // More work than a worker lives through.
    expect(await refusal(() => count.asProgram(100_000))).toEqual(lost);
    expect(await refusal(() => count.asProgram(1))).toEqual(lost);
  });

  test("is given up by a page too, where the first thread may not sleep", async () => {
    vi.stubGlobal("document", {});
    const workers = recordedWorkers();
    const backend = await backendWith(threaded(2, { patience: 0.1 }));
    const count = counting(backend);
    count.asProgram(100);
    count.expectCount(100);
    void workers[0].terminate();
    standStill(300);
    expect(await refusal(() => count.asProgram(1))).toEqual(lost);
  });

  test("takes the others with it", async () => {
    const workers = recordedWorkers();
    const backend = await backendWith(threaded(3));
    const count = counting(backend);
    count.asProgram(1);
    const ended = once(workers[1], "exit");
    await workers[0].terminate();
    await ended;
    expect(await refusal(count.eagerly)).toEqual(lost);
  });
});

describe("one thread does everything, and capabilities say so,", () => {
  const options = { threads: 2, startThreads: true, threadsFrom: 0 };

  async function expectOneThread(backend: Backend): Promise<void> {
    expect(backend.capabilities.threads).toBe(1);
    const count = counting(backend);
    count.eagerly();
    count.asProgram(5);
    count.expectCount(6);
  }

  test("where there is no SharedArrayBuffer", async () => {
    vi.stubGlobal("SharedArrayBuffer", undefined);
    await expectOneThread(await backendWith(options));
  });

  test("on a page that is not isolated from other origins", async () => {
    vi.stubGlobal("crossOriginIsolated", false);
    await expectOneThread(await backendWith(options));
  });

  test("where workers cannot be made", async () => {
    noWorkers();
    await expectOneThread(await backendWith(options));
  });

  test("where there are none at all", async () => {
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    try {
      await expectOneThread(await backendWith(options));
    } finally {
      vi.restoreAllMocks();
    }
  });

  test.each([
    ["fail", "throw new Error('refused')"],
    ["end", "process.exit(0)"],
  ])("where workers %s before they are ready", async (_, code) => {
    workersThatRun(code);
    await expectOneThread(await backendWith(options));
  });

  test("where they fail without anybody waiting for them", async () => {
    workersThatRun("throw new Error('refused')");
    const backend = await backendWith({ ...options, startThreads: false });
    const count = counting(backend);
    count.asProgram(3);
    await vi.waitFor(() => expect(backend.capabilities.threads).toBe(1));
    count.asProgram(4);
    count.expectCount(7);
  });
});

describe("threads", () => {
  test("are made when they are first of use, and none for small work", async () => {
    const workers = recordedWorkers();
    const backend = await backendWith({ threads: 3 });
    counting(backend, 100).eagerly();
    expect(workers.length).toBe(0);
    expect(backend.capabilities.threads).toBe(3);
    counting(backend, 1_000_000).eagerly();
    expect(workers.length).toBe(2);
  });

  test("end when the backend is disposed of, also while they are made", async () => {
    const workers = recordedWorkers();
    const backend = await createWasmBackend(threaded(3));
    const other = await createWasmBackend({ threads: 2, threadsFrom: 0 });
    counting(other).eagerly();
    const ended = workers.map((worker) => once(worker, "exit"));
    expect(ended.length).toBe(3);
    await backend.dispose();
    await other.dispose();
    await Promise.all(ended);
  });

  test("of two backends do not disturb each other", async () => {
    const [first, second] = [await backendWith(threaded(2)), await backendWith(threaded(3))];
    const [a, b] = [counting(first), counting(second, 300)];
    for (let i = 0; i < 20; i++) {
      a.asProgram(3);
      b.eagerly();
      b.asProgram(1);
    }
    a.expectCount(60);
    b.expectCount(40);
    await first.dispose();
    b.eagerly();
    b.expectCount(41);
  });

  const program = `
    const { createWasmBackend } = await import(${JSON.stringify(source)});
    const backend = await createWasmBackend({ threads: 2, startThreads: true, threadsFrom: 0 });
    const buffer = backend.alloc("float32", 1000);
    const view = { buffer, offset: 0, shape: [1000], strides: [1] };
    backend.kernels.fill([view], [], { value: 7 });
    const result = backend.readSync(buffer, 999, 1)[0] * backend.capabilities.threads;
  `;

  test("do not keep a process alive, however it was started", () => {
    const args = [
      "--conditions=@gradwerk/source",
      "--input-type=module",
      "-e",
      `${program} console.log(result);`,
    ];
    const { stdout, stderr, status, signal } = spawnSync(process.execPath, args, {
      encoding: "utf8",
      timeout: 20_000,
      cwd: fileURLToPath(new URL("..", import.meta.url)),
    });
    expect([stdout, stderr, status, signal]).toEqual(["14\n", "", 0, null]);
  });

  test("are there inside a worker, which ends by itself", async () => {
    const code = `(async () => { ${program} require("node:worker_threads").parentPort.postMessage(result); })()`;
    const worker = new Worker(code, { eval: true, execArgv: ["--conditions=@gradwerk/source"] });
    const ended = once(worker, "exit");
    const [message] = await once(worker, "message");
    expect(message).toBe(14);
    expect((await ended)[0]).toBe(0);
  });
});
