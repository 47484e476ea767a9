import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "../src/command.ts";

describe("create-gradwerk-backend", () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), "gradwerk-create-"));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const create = (args: readonly string[], from: string = cwd, userAgent?: string) => {
    const written = { out: "", err: "" };
    const exitCode = runCommand(args, {
      cwd: from,
      userAgent,
      out: (text) => {
        written.out += text;
      },
      err: (text) => {
        written.err += text;
      },
    });
    return { exitCode, ...written };
  };
  const manifestIn = (folder: string) => JSON.parse(readFileSync(join(cwd, folder, "package.json"), "utf8"));

  it("names the package like its folder and says which three commands come next", () => {
    const { exitCode, out, err } = create(["gradwerk-backend-mine"]);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toContain("  cd gradwerk-backend-mine\n  npm install\n  npm test\n");
    expect(manifestIn("gradwerk-backend-mine").name).toBe("gradwerk-backend-mine");
  });

  it("says the commands of the package manager that started it", () => {
    expect(create(["one"], cwd, "pnpm/10.1.0 npm/? node/v22.0.0").out).toContain(
      "  pnpm install\n  pnpm test\n",
    );
    expect(create(["two"], cwd, "bun/1.2.0 npm/? node/v22.0.0").out).toContain(
      "  bun install\n  bun run test\n",
    );
  });

  it("without a folder creates gradwerk-backend", () => {
    expect(create([]).exitCode).toBe(0);
    expect(manifestIn("gradwerk-backend").name).toBe("gradwerk-backend");
  });

  it("makes the folders above, and takes the name that is given", () => {
    expect(create(["a/b/c", "--name", "@me/gradwerk-backend-wgpu"]).exitCode).toBe(0);
    expect(manifestIn("a/b/c").name).toBe("@me/gradwerk-backend-wgpu");
    expect(readFileSync(join(cwd, "a/b/c/src/backend.ts"), "utf8")).toContain('name = "wgpu"');
  });

  it("fills an empty folder, also from within and with a fresh git repository in it", () => {
    const inside = join(cwd, "inside");
    mkdirSync(join(inside, ".git"), { recursive: true });
    const { ino } = statSync(inside);
    const { exitCode, out } = create(["."], inside);
    expect(exitCode).toBe(0);
    expect(out).not.toContain("cd ");
    expect(manifestIn("inside").name).toBe("inside");
    expect(statSync(inside).ino).toBe(ino);
    expect(readdirSync(inside)).toEqual([
      ".git",
      ".gitignore",
      "LICENSE",
      "README.md",
      "package.json",
      "src",
      "test",
      "tsconfig.json",
    ]);
  });

  it("leaves no temporary folder and nothing private behind", () => {
    create(["mine"]);
    expect(readdirSync(cwd)).toEqual(["mine"]);
    const plain = join(cwd, "plain");
    mkdirSync(plain);
    expect(statSync(join(cwd, "mine")).mode).toBe(statSync(plain).mode);
  });

  it("refuses a folder that is not empty and leaves it as it was", () => {
    mkdirSync(join(cwd, "mine"));
    writeFileSync(join(cwd, "mine/notes.txt"), "mine");
    const { exitCode, out, err } = create(["mine"]);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
    expect(err).toMatch(/^error: .*mine is not empty: it has notes\.txt\. Give a folder .*\n$/);
    expect(readdirSync(join(cwd, "mine"))).toEqual(["notes.txt"]);
  });

  it("refuses a place where a file is in the way", () => {
    writeFileSync(join(cwd, "file"), "");
    for (const folder of ["file", "file/below"]) {
      const { exitCode, err } = create([folder]);
      expect(exitCode).toBe(1);
      expect(err).toMatch(/^error: .*: a file is in the way\. Give another folder\.\n$/);
    }
  });

  it.each([
    ["My_Backend", "it has capital letters", "my_backend"],
    ["back end", 'it has the character " "', "back-end"],
    [".hidden", 'it begins with "."', "hidden"],
    ["fs", "that name is taken by Node.js or npm itself", "gradwerk-backend-fs"],
  ])("refuses a folder named %j, says what is wrong and what would do", (folder, problem, suggestion) => {
    const { exitCode, err } = create([folder]);
    expect(exitCode).toBe(2);
    expect(err).toBe(
      `error: the folder's name ${JSON.stringify(folder)} is no name for an npm package: ${problem}. ` +
        `Give one such as --name ${suggestion}\n`,
    );
    expect(existsSync(join(cwd, folder))).toBe(false);
    expect(create([folder, "--name", suggestion]).exitCode).toBe(0);
  });

  it("refuses a --name that is none", () => {
    const { exitCode, err } = create(["mine", "--name", "@me/"]);
    expect(exitCode).toBe(2);
    expect(err).toMatch(
      /^error: --name @me\/ is no name for an npm package: a scoped name is @scope\/name\. /,
    );
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([[["--nme", "x"]], [["--name"]], [["a", "b"]]])("refuses the command line %j", (args) => {
    const { exitCode, out, err } = create(args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
    expect(err).toMatch(/^error: [^\n]*--help[^\n]*\n$/);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each(["--help", "-h"])("explains itself with %s and creates nothing", (flag) => {
    const { exitCode, out } = create([flag, "mine"]);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Usage: create-gradwerk-backend \[folder\] \[options\]\n/);
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("tells its version", () => {
    expect(create(["--version"]).out).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });
});
