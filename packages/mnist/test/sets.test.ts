import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { classCounts, knownSets, selectDigits, transposeImages } from "@gradwerk/mnist";
import { describeMnist, loadMnist } from "@gradwerk/mnist/node";
import { describe, expect, test } from "vitest";
import { writeIdx } from "./support/idx-writer.ts";
import { realDirectory, realFile } from "./support/real-files.ts";
import { laterRefusalOf } from "./support/refusal.ts";
import { temporaryDirectory } from "./support/temporary-directory.ts";

/** The four files of a set whose images are of 2 rows and 3 columns, numbered pixel by pixel. */
function filesOf(
  trainLabels: readonly number[],
  testLabels: readonly number[],
  prefix = "",
  test = "t10k",
): Record<string, Uint8Array> {
  const images = (count: number): Uint8Array =>
    writeIdx("uint8", [count, 2, 3], [...Array(6 * count).keys()]);
  return {
    [`${prefix}train-images-idx3-ubyte`]: images(trainLabels.length),
    [`${prefix}train-labels-idx1-ubyte`]: writeIdx("uint8", [trainLabels.length], trainLabels),
    [`${prefix}${test}-images-idx3-ubyte`]: images(testLabels.length),
    [`${prefix}${test}-labels-idx1-ubyte`]: writeIdx("uint8", [testLabels.length], testLabels),
  };
}

async function folderOf(files: Readonly<Record<string, Uint8Array>>, ...path: string[]): Promise<string> {
  const folder = join(await temporaryDirectory(), ...path);
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
}

describe("Fashion-MNIST in a folder", () => {
  test.each([["fashion-mnist"], ["FashionMNIST", "raw"], ["data", "fashion"], ["Fashion_MNIST-v2"]])(
    "is told by the folder's name: %s %s",
    async (...path) => {
      const source = await folderOf(filesOf([9, 0, 2], [1]), ...path);
      const { set, train, verified } = await loadMnist({ source });
      expect(set.title).toBe("Fashion-MNIST");
      expect([...train.labels].map((label) => train.classNames[label])).toEqual([
        "Ankle boot",
        "T-shirt/top",
        "Pullover",
      ]);
      expect(verified).toBe(false);
    },
  );

  test("keeps its class names through slices and choices of classes", async () => {
    const { train } = await loadMnist({ source: await folderOf(filesOf([9, 0, 9], [1]), "fashion-mnist") });
    const shoes = selectDigits(train, [9, 5]);
    expect(shoes.digits.map((label) => shoes.classNames[label])).toEqual(["Ankle boot", "Sandal"]);
    expect([...shoes.classes]).toEqual([0, 0]);
  });

  test("is reported with its own hashes, names and counts", async () => {
    const files = filesOf([9, 0, 9], [1]);
    const report = describeMnist(await loadMnist({ source: await folderOf(files, "fashion-mnist") }));
    expect(report.set).toEqual({ id: "fashion-mnist", title: "Fashion-MNIST" });
    expect(report.classNames).toHaveLength(10);
    expect(report.train).toEqual({
      count: 3,
      rows: 2,
      columns: 3,
      classCounts: [1, 0, 0, 0, 0, 0, 0, 0, 0, 2],
    });
    for (const { name, sha256, verified } of report.files) {
      expect(sha256).toBe(createHash("sha256").update(files[name]).digest("hex"));
      expect(verified).toBe(false);
    }
  });
});

describe("MNIST in a folder", () => {
  test("is told by its bytes, whatever the folder is called", async () => {
    const { set } = await loadMnist({ source: realDirectory, which: ["test"] });
    expect(set.id).toBe("mnist");
  });

  test("whose labels were damaged is not taken for a set of more classes", async () => {
    const labels = realFile("t10k-labels-idx1-ubyte").slice();
    labels[20] = 10;
    const source = await folderOf({
      "t10k-images-idx3-ubyte": realFile("t10k-images-idx3-ubyte"),
      "t10k-labels-idx1-ubyte": labels,
    });
    const refusal = await laterRefusalOf(loadMnist({ source, which: ["test"] }));
    expect(refusal).toMatchObject({ code: "label-range", offset: 20, expected: "0 to 9", found: "10" });
  });

  test("is not taken for KMNIST in a folder of work-mnist or kmnists", async () => {
    for (const folder of ["workmnist", "kmnists", "my-emnist-lettersets"]) {
      const { set } = await loadMnist({ source: await folderOf(filesOf([3, 1], [0]), folder) });
      expect(set.id).toBe("unknown");
    }
  });

  test("that was changed is a set of numbered classes, not MNIST", async () => {
    const { set, train } = await loadMnist({ source: await folderOf(filesOf([3, 1], [0]), "mnist") });
    expect(set.id).toBe("unknown");
    expect(train.classNames).toEqual(["0", "1", "2", "3"]);
  });
});

describe("EMNIST", () => {
  const letters = filesOf([1, 26, 13], [2], "emnist-letters-", "test");

  test("letters count from 0 and stand upright", async () => {
    const { set, train, test: testSet } = await loadMnist({ source: await folderOf(letters) });
    expect(set.id).toBe("emnist-letters");
    expect([...train.labels]).toEqual([0, 25, 12]);
    expect([...train.labels].map((label) => train.classNames[label])).toEqual(["A", "Z", "M"]);
    expect(testSet.classNames[testSet.labels[0]]).toBe("B");
    expect([train.rows, train.columns]).toEqual([3, 2]);
    // The first image of the file is [[0, 1, 2], [3, 4, 5]].
    expect([...train.pixels.subarray(0, 6)]).toEqual([0, 3, 1, 4, 2, 5]);
  });

  test("files are reported by their names", async () => {
    const { files, sha256 } = await loadMnist({ source: await folderOf(letters) });
    expect(files.map(({ name }) => name)).toEqual([
      "emnist-letters-train-images-idx3-ubyte",
      "emnist-letters-train-labels-idx1-ubyte",
      "emnist-letters-test-images-idx3-ubyte",
      "emnist-letters-test-labels-idx1-ubyte",
    ]);
    expect(Object.keys(sha256)).toEqual(files.map(({ name }) => name));
  });

  test("a label that no letter has is refused, with the labels that have one", async () => {
    const files = filesOf([1, 0], [2], "emnist-letters-", "test");
    const refusal = await laterRefusalOf(loadMnist({ source: await folderOf(files) }));
    expect(refusal).toMatchObject({ code: "label-range", expected: "1 to 26", found: "0", offset: 9 });
  });

  test("several splits in a folder are chosen by what their names begin with", async () => {
    const digits = filesOf([1, 0], [2], "emnist-digits-", "test");
    const source = await folderOf({ ...letters, ...digits }, "EMNIST", "raw");
    const refusal = await laterRefusalOf(loadMnist({ source }));
    expect(refusal).toMatchObject({ code: "files-missing", found: "emnist-digits, emnist-letters" });
    expect(refusal.message).toContain(join(source, "emnist-digits"));
    expect((await loadMnist({ source: join(source, "emnist-digits") })).train.count).toBe(2);
    expect((await loadMnist({ source: join(source, "emnist-letters") })).train.count).toBe(3);
  });

  test("has the numbers of classes of its paper", () => {
    const counts = Object.fromEntries(knownSets.map(({ id, classNames }) => [id, classNames.length]));
    expect(counts).toMatchObject({
      "emnist-byclass": 62,
      "emnist-bymerge": 47,
      "emnist-balanced": 47,
      "emnist-letters": 26,
      "emnist-digits": 10,
      "emnist-mnist": 10,
    });
    for (const { classNames } of knownSets) expect(new Set(classNames).size).toBe(classNames.length);
  });
});

describe("a set that nothing is known of", () => {
  test("has as many classes as its labels say, up to 256", async () => {
    const source = await folderOf(filesOf([...Array(256).keys()], [17]));
    const { train, test: testSet } = await loadMnist({ source });
    expect(train.classNames).toHaveLength(256);
    expect(classCounts(train)).toHaveLength(256);
    expect(testSet.classNames[testSet.labels[0]]).toBe("17");
  });

  test("is refused where one label is far above the others, with its place", async () => {
    const source = await folderOf(filesOf([0, 1, 200, 2], [1]));
    const refusal = await laterRefusalOf(loadMnist({ source }));
    expect(refusal).toMatchObject({
      code: "label-range",
      offset: 10,
      found: "200, but no image with the label 3",
    });
    expect(refusal.file).toBe(join(source, "train-labels-idx1-ubyte"));
  });

  test("may count its labels from 1", async () => {
    const { train } = await loadMnist({
      source: await folderOf(filesOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [1])),
    });
    expect(train.classNames).toHaveLength(12);
  });

  test("gets its names, first label and orientation from a descriptor", async () => {
    const set = {
      id: "runes",
      title: "Runes",
      classNames: ["fehu", "uruz"],
      firstLabel: 7,
      transposed: true,
    };
    const mnist = await loadMnist({ source: await folderOf(filesOf([8, 7], [7])), set });
    expect(mnist.set).toBe(set);
    expect(mnist.train).toMatchObject({
      rows: 3,
      columns: 2,
      labels: Uint8Array.of(1, 0),
      classNames: set.classNames,
    });
  });

  test("may have a beginning of file names of its own, packed or not", async () => {
    const files = Object.entries(filesOf([0, 1], [1], "my-own-set-"));
    const packed = Object.fromEntries(
      files.map(([name, bytes]) => [`${name}.gz`, new Uint8Array(gzipSync(bytes))]),
    );
    expect((await loadMnist({ source: await folderOf(packed) })).train.count).toBe(2);
  });
});

test("a transposed image transposed again is itself", () => {
  const images = { count: 2, rows: 2, columns: 3, pixels: Uint8Array.from(Array(12).keys()) };
  expect(transposeImages(transposeImages(images))).toEqual(images);
  expect([...transposeImages(images).pixels.subarray(6)]).toEqual([6, 9, 7, 10, 8, 11]);
});
