// Needs a file system, and programs of its own to kill.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { encodeCheckpoint } from "@gradwerk/nn/checkpoint";
import { loadCheckpoint, saveCheckpoint, saveFile } from "@gradwerk/nn/node";
import { createDevice } from "@gradwerk/tensor";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { laterRefusalOf } from "../support/refusal.ts";

const device = createDevice(createCpuBackend());
const content = (step: number) => ({ parameters: { weight: device.full([3], step) }, step });

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gradwerk-checkpoints-"));
  path = join(folder, "run.safetensors");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = (name: string, ...args: readonly string[]): string[] => [
  "--conditions=@gradwerk/source",
  fileURLToPath(new URL(`programs/${name}`, import.meta.url)),
  ...args,
];

describe("a checkpoint in a file", () => {
  it("is read as it was saved, with the bytes of encodeCheckpoint and nothing beside it", async () => {
    await saveCheckpoint(path, content(3));
    expect((await loadCheckpoint(path)).step).toBe(3);
    expect(new Uint8Array(readFileSync(path))).toEqual(await encodeCheckpoint(content(3)));
    expect(readdirSync(folder)).toEqual(["run.safetensors"]);
  });

  it("takes the place of an earlier one, with its permissions", async () => {
    await saveCheckpoint(path, content(3));
    chmodSync(path, 0o600);
    await saveCheckpoint(path, content(4));
    expect((await loadCheckpoint(path)).step).toBe(4);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("goes where a symbolic link points to, which stays", async () => {
    mkdirSync(join(folder, "elsewhere"));
    const target = join(folder, "elsewhere", "run.safetensors");
    await saveCheckpoint(target, content(3));
    symlinkSync(target, path);
    await saveCheckpoint(path, content(4));
    expect((await loadCheckpoint(target)).step).toBe(4);
    expect(readdirSync(join(folder, "elsewhere"))).toEqual(["run.safetensors"]);
  });

  it("is saved into folders that are not there yet", async () => {
    const deep = join(folder, "a", "b", "run.safetensors");
    await saveCheckpoint(deep, content(3));
    expect((await loadCheckpoint(deep)).step).toBe(3);
  });

  it("has a name as long as file systems allow", async () => {
    const long = join(folder, "ü".repeat(120));
    await saveCheckpoint(long, content(3));
    expect((await loadCheckpoint(long)).step).toBe(3);
  });
});

describe("what cannot be saved is refused, and what was there stays", () => {
  const refusalOfSaving = async (where: string): Promise<{ code: string; message: string }> => {
    const error = await laterRefusalOf(saveFile(where, Uint8Array.of(1)));
    return { code: error.code, message: error.message };
  };
  const saved = (...args: readonly string[]) =>
    JSON.parse(execFileSync(process.execPath, program("one-save.ts", ...args), { encoding: "utf8" }));

  it("to a folder", async () => {
    expect(await refusalOfSaving(folder)).toEqual({
      code: "file-unwritable",
      message: `${folder}: the file cannot be written (it is a folder). What was there before is untouched. Give the name of a file.`,
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("to a device", async () => {
    expect((await refusalOfSaving("/dev/null")).message).toContain("it is no ordinary file");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("below a file", async () => {
    writeFileSync(path, "x");
    expect((await refusalOfSaving(join(path, "run.safetensors"))).code).toBe("file-unwritable");
    expect(readFileSync(path, "utf8")).toBe("x");
  });

  it("below /proc, where nothing can be made", { timeout: 10_000 }, async () => {
    expect((await refusalOfSaving("/proc/gradwerk/runs/run.safetensors")).code).toBe("file-unwritable");
  });

  it("without permission", () => {
    writeFileSync(path, "earlier");
    chmodSync(folder, 0o555);
    // Root may write anywhere: there the program becomes somebody who is nobody.
    const { code, message } = saved(path, "10", ...(process.getuid?.() === 0 ? ["65534"] : []));
    chmodSync(folder, 0o755);
    expect(code).toBe("file-unwritable");
    expect(message).toMatch(
      /EACCES.*What was there before is untouched\. Choose a place that you may write to\./,
    );
    expect(readdirSync(folder)).toEqual(["run.safetensors"]);
    expect(readFileSync(path, "utf8")).toBe("earlier");
  });

  it("where there is no room", () => {
    writeFileSync(path, "earlier");
    // The shell allows files of eight blocks of 512 bytes.
    const script = 'ulimit -f 8; trap "" XFSZ; exec "$0" "$@"';
    const args = ["-c", script, process.execPath, ...program("one-save.ts", path, "100000")];
    const { code, message } = JSON.parse(execFileSync("sh", args, { encoding: "utf8" }));
    expect(code).toBe("file-unwritable");
    expect(message).toContain("EFBIG");
    expect(readdirSync(folder)).toEqual(["run.safetensors"]);
    expect(readFileSync(path, "utf8")).toBe("earlier");
  });
});

describe("what cannot be read is refused", () => {
  it.each([
    ["a file that is not there", "missing.safetensors"],
    ["a folder", "."],
    ["a device that never ends", "/dev/zero"],
  ])("%s", async (_, name) => {
    const where = name.startsWith("/") ? name : join(folder, name);
    const { code, message } = await laterRefusalOf(loadCheckpoint(where));
    expect(code).toBe("file-unreadable");
    expect(message).toContain(where);
  });

  it("a file that was cut short, by its name", async () => {
    await saveCheckpoint(path, content(3));
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    const { code, message } = await laterRefusalOf(loadCheckpoint(path));
    expect(code).toBe("format");
    expect(message).toContain(path);
  });
});

describe("a writer that dies", () => {
  it("leaves a whole checkpoint at any moment, and the next one clears up after it", {
    timeout: 60_000,
  }, async () => {
    let next = 1;
    for (let kills = 0; kills < 12; kills++) {
      const writer = spawn(process.execPath, program("endless-writer.ts", path, `${next}`));
      let told = "";
      writer.stdout.setEncoding("utf8").on("data", (text: string) => {
        told += text;
      });
      while (!told.includes("\n")) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, 2.7 * kills));
      writer.kill("SIGKILL");
      await once(writer, "close");
      const { step, parameters } = await loadCheckpoint(path);
      const lastTold = Number(told.trim().split("\n").at(-1));
      expect([lastTold, lastTold + 1]).toContain(step);
      expect(parameters.weight.values.every((value) => value === step)).toBe(true);
      expect(readdirSync(folder).length).toBeLessThanOrEqual(2);
      next = step + 1;
    }
    await saveCheckpoint(path, content(1));
    expect(readdirSync(folder)).toEqual(["run.safetensors"]);
  });

  it("loses what it had begun, but nobody else does", async () => {
    const host = hostname().replaceAll(/\W/g, "");
    const files = {
      dead: `.run.safetensors.${host}.4194303.x.unfinished`,
      living: `.run.safetensors.${host}.${process.ppid}.x.unfinished`,
      elsewhere: ".run.safetensors.anotherhost.4194303.x.unfinished",
      elsewhereLongAgo: ".run.safetensors.anotherhost.4194302.x.unfinished",
      otherFile: `.other.safetensors.${host}.4194303.x.unfinished`,
      no: "run.safetensors.unfinished",
    };
    for (const name of Object.values(files)) writeFileSync(join(folder, name), "");
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(folder, files.elsewhereLongAgo), hoursAgo, hoursAgo);
    await saveCheckpoint(path, content(1));
    const { dead: _, elsewhereLongAgo: __, ...kept } = files;
    expect(readdirSync(folder).sort()).toEqual([...Object.values(kept), "run.safetensors"].sort());
  });
});
