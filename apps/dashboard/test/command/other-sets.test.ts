// Needs the built command.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idx } from "../run/small-set.ts";
import { runCommand } from "./run-command.ts";

/** A set whose images of 6 x 5 show their class as the place of their only bright pixel. */
function filesOf(
  classes: number,
  firstLabel: number,
  prefix = "",
  test = "t10k",
): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const [part, count] of [
    ["train", 8 * classes],
    [test, 2 * classes],
  ] as const) {
    const pixels = new Uint8Array(count * 30);
    for (let i = 0; i < count; i++) pixels[i * 30 + (i % classes)] = 255;
    const labels = Uint8Array.from({ length: count }, (_, i) => firstLabel + (i % classes));
    files[`${prefix}${part}-images-idx3-ubyte`] = idx([count, 6, 5], pixels);
    files[`${prefix}${part}-labels-idx1-ubyte`] = idx([count], labels);
  }
  return files;
}

const mlp = [
  "train",
  "--preset",
  "mlp",
  "--backend",
  "cpu",
  "--hidden",
  "16",
  "--batch",
  "8",
  "--epochs",
  "40",
];

describe("a folder of another set", () => {
  let root: string;
  const folderOf = async (name: string, files: Record<string, Uint8Array>): Promise<string> => {
    const folder = join(root, name);
    await mkdir(folder);
    for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, file), bytes);
    return folder;
  };
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "gradwerk-sets-"));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it("of Fashion-MNIST's name is learnt, and its classes are called by name", async () => {
    const folder = await folderOf("fashion-mnist", filesOf(10, 0));
    const { code, stdout, stderr } = await runCommand([...mlp, "--data", folder, "--digits", "9,8,0"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/30-16-3 network learns to tell Ankle boot, Bag and T-shirt\/top apart/);
    expect(stdout).toMatch(/accuracy 1: of 6 unseen images/);
  });

  it("of EMNIST's letters has all its classes where none are chosen", async () => {
    const folder = await folderOf("letters", filesOf(26, 1, "emnist-letters-", "test"));
    const { code, stdout } = await runCommand([...mlp, "--data", folder, "--json"]);
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0].config.digits).toEqual([...Array(26).keys()]);
    expect(Object.keys(events[0].data.sha256)).toContain("emnist-letters-train-images-idx3-ubyte");
    expect(events.at(-1)).toMatchObject({ event: "end", accuracy: 1 });
  });

  it("is learnt by the article's network too", async () => {
    const folder = await folderOf("fashion", filesOf(10, 0));
    const { code, stdout } = await runCommand([
      "train",
      "--data",
      folder,
      "--train",
      "0:10",
      "--test",
      "10:16",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/30-10-2 network learns to tell Trouser and Sneaker apart/);
  });

  it("is described by gradwerk data with names, counts and hashes", async () => {
    const folder = await folderOf("kmnist", filesOf(10, 0));
    const { code, stdout } = await runCommand(["data", "--data", folder]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^KMNIST from folder /);
    expect(stdout).toMatch(/This is not MNIST/);
    expect(stdout).toMatch(/train: 80 images of 5 x 6 pixels; of each class:\n {2}o: 8 {2}ki: 8/);
    expect(stdout).toMatch(/read +train-images-idx3-ubyte +sha256 [0-9a-f]{64}/);
  });

  it("whose test images have another size is refused", async () => {
    const files = filesOf(10, 0);
    files["t10k-images-idx3-ubyte"] = idx([20, 3, 10], new Uint8Array(600));
    const { code, stderr } = await runCommand([...mlp, "--data", await folderOf("sizes", files)]);
    expect(stderr).toMatch(/not of one size: expected 6 x 5 pixels.*found 3 x 10/);
    expect(code).toBe(1);
  });

  it.each<[string, Record<string, Uint8Array>, string[], RegExp]>([
    ["without images", filesOf(0, 0), [], /no training images|fewer than two classes/],
    ["of one class", filesOf(1, 0), [], /fewer than two classes/],
    [
      "without test images of the chosen classes",
      { ...filesOf(10, 0), "t10k-labels-idx1-ubyte": idx([20], new Uint8Array(20)) },
      ["--digits", "3,4"],
      /there are no test images of these classes\. Give another folder/,
    ],
    [
      "of images without pixels",
      {
        ...filesOf(10, 0),
        "train-images-idx3-ubyte": idx([80, 0, 5], new Uint8Array(0)),
        "t10k-images-idx3-ubyte": idx([20, 0, 5], new Uint8Array(0)),
      },
      [],
      /the training images have 0 x 5 pixels/,
    ],
  ])("%s is refused in one line", async (name, files, flags, message) => {
    const folder = await folderOf(name.replaceAll(" ", "-"), files);
    const { code, stdout, stderr } = await runCommand([...mlp, "--data", folder, ...flags]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });

  it("has no class beyond its last", async () => {
    const folder = await folderOf("twelve", filesOf(12, 0));
    const { code, stderr } = await runCommand([...mlp, "--data", folder, "--digits", "3,12"]);
    expect(stderr).toMatch(/12 is out of range: expected different whole numbers from 0 to 11/);
    expect(code).toBe(2);
  });
});
