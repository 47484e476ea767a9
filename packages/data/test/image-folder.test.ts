import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createCpuBackend } from "@gradwerk/backend-cpu";
import { readImageFolder } from "@gradwerk/data/node";
import { batches, samplesOf, selectDigits } from "@gradwerk/mnist";
import { dataset } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { writePng } from "./support/png-writer.ts";
import { laterRefusalOf } from "./support/refusal.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";

/** A grey image, all of one value. */
function even(value: number, rows = 2, columns = 3): Uint8Array {
  const samples = new Array<number>(rows * columns).fill(value);
  return writePng({ rows, columns, depth: 8, colorType: 0, samples });
}

async function folderOf(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const root = await temporaryDirectory();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

const pets = { "dog/2.png": even(40), "cat/b.png": even(20), "cat/a.png": even(10), "dog/1.png": even(30) };

describe("a folder of images", () => {
  it("has a class for each of its folders, and images in the order of their names", async () => {
    const root = await folderOf(pets);
    expect(await readImageFolder(root)).toEqual({
      count: 4,
      rows: 2,
      columns: 3,
      pixels: Uint8Array.from([10, 20, 30, 40].flatMap((value) => Array(6).fill(value))),
      labels: Uint8Array.of(0, 0, 1, 1),
      classNames: ["cat", "dog"],
      files: ["cat/a.png", "cat/b.png", "dog/1.png", "dog/2.png"].map((path) => join(root, path)),
    });
  });

  it("orders classes that are numbers by size", async () => {
    const { classNames } = await readImageFolder(
      await folderOf({ "10/x.png": even(1), "9/x.png": even(1), "0/x.png": even(1) }),
    );
    expect(classNames).toEqual(["0", "9", "10"]);
  });

  it("goes through what is made for sets of images, and onto a device", async () => {
    const folder = await readImageFolder(await folderOf(pets));
    expect([...batches(selectDigits(folder, [1, 0]), { size: 3 })][0].classes).toEqual(
      Uint8Array.of(1, 1, 0),
    );
    const device = createDevice(createCpuBackend());
    const { inputs, classes } = dataset(device, samplesOf(folder));
    expect([inputs.shape, inputs.dtype, classes]).toEqual([[4, 1, 2, 3], "uint8", 2]);
  });

  it("passes over hidden files and files beside the folders, and follows links", async () => {
    const root = await folderOf({ ...pets, "cat/.DS_Store": "x", ".git/HEAD": "x", "README.txt": "x" });
    await symlink(join(root, "dog"), join(root, "wolf"));
    expect((await readImageFolder(root)).classNames).toEqual(["cat", "dog", "wolf"]);
  });

  it("takes the classes of another folder, some of which it may lack", async () => {
    const root = await folderOf({ "dog/1.png": even(30) });
    const { labels, classNames } = await readImageFolder(root, { classNames: ["cat", "dog"] });
    expect([[...labels], classNames]).toEqual([[1], ["cat", "dog"]]);
    const refusal = await laterRefusalOf(readImageFolder(await folderOf(pets), { classNames: ["dog"] }));
    expect(refusal).toMatchObject({ code: "folder-layout", found: "cat" });
  });

  it("scales its images to one size where that is asked for", async () => {
    const root = await folderOf({ "cat/1.png": even(10, 7, 5), "dog/1.png": even(20, 2, 9) });
    const { rows, columns, pixels } = await readImageFolder(root, { size: { rows: 1, columns: 4 } });
    expect([rows, columns, [...pixels]]).toEqual([1, 4, [10, 10, 10, 10, 20, 20, 20, 20]]);
  });
});

describe("a folder that is refused", () => {
  it.each<[string, Record<string, Uint8Array | string>, string, string | undefined, RegExp]>([
    [
      "without classes",
      { "1.png": even(1) },
      "folder-layout",
      "",
      /no folders in it.*a folder of PNG images for each class/,
    ],
    [
      "with a class without images",
      { ...pets, "owl/.gitkeep": "" },
      "folder-layout",
      "owl",
      /no images in it/,
    ],
    [
      "with images of several sizes",
      { ...pets, "dog/3.png": even(1, 3, 3) },
      "image-size",
      "dog/3.png",
      /expected 3 x 2, as .*a\.png is, found 3 x 3\. Give the option size/,
    ],
    [
      "with a JPEG",
      { ...pets, "cat/c.jpg": Uint8Array.of(0xff, 0xd8, 0xff, 0xe0) },
      "image-format",
      "cat/c.jpg",
      /this is a JPEG image.*Convert the image to PNG/,
    ],
    ["with a text", { ...pets, "cat/notes.txt": "hello" }, "image-format", "cat/notes.txt", /no PNG/],
    ["with an empty file", { ...pets, "cat/c.png": "" }, "image-format", "cat/c.png", /an empty file/],
    [
      "with a damaged image",
      { ...pets, "cat/c.png": even(1).subarray(0, 40) },
      "png-corrupt",
      "cat/c.png",
      /cut short/,
    ],
    [
      "with a folder among images",
      { ...pets, "cat/more/1.png": even(1) },
      "file-unreadable",
      "cat/more",
      /cannot be read/,
    ],
  ])("%s", async (_, files, code, path, message) => {
    const root = await folderOf(files);
    const refusal = await laterRefusalOf(readImageFolder(root));
    expect(refusal.message).toMatch(message);
    expect(refusal).toMatchObject({ code, file: join(root, path ?? "") });
  });

  it("that is not there", async () => {
    const path = join(await temporaryDirectory(), "nowhere");
    const refusal = await laterRefusalOf(readImageFolder(path));
    expect(refusal).toMatchObject({ code: "file-unreadable", file: path });
  });

  it("with more than 256 classes", async () => {
    const files = Array.from({ length: 257 }, (_, i) => [`${i}/1.png`, even(1)]);
    const refusal = await laterRefusalOf(readImageFolder(await folderOf(Object.fromEntries(files))));
    expect(refusal.code).toBe("too-many-classes");
  });

  it("that is larger than a limit", async () => {
    const root = await folderOf(pets);
    const tooLarge = { code: "too-large" };
    expect(await laterRefusalOf(readImageFolder(root, { maxBytes: 23 }))).toMatchObject(tooLarge);
    expect((await readImageFolder(root, { maxBytes: 24 })).count).toBe(4);
    expect(await laterRefusalOf(readImageFolder(root, { maxPixels: 5 }))).toMatchObject(tooLarge);
    expect(await laterRefusalOf(readImageFolder(root, { maxFileBytes: 20 }))).toMatchObject(tooLarge);
  });

  it.each([0, 1.5, 2 ** 20])("asked for images of %d rows", async (rows) => {
    const refusal = await laterRefusalOf(
      readImageFolder(await folderOf(pets), { size: { rows, columns: 2 } }),
    );
    expect(refusal.code).toBe("option");
  });

  it("by somebody who has lost patience", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(readImageFolder(await folderOf(pets), { signal })).rejects.toThrow("enough");
  });
});
