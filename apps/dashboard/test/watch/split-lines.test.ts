import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type StreamLine, splitLines } from "../../src/watch/split-lines.ts";

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(text: string | Uint8Array, size: number, most: number = 1000): Promise<StreamLine[]> {
  const lines: StreamLine[] = [];
  for await (const line of splitLines(chunksOf(Buffer.from(text), size), most)) lines.push(line);
  return lines;
}

describe("a stream of bytes", () => {
  it("is cut into its lines, however it comes in parts", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        async (text, size) => {
          const expected = text.split("\n");
          if (expected.at(-1) === "") expected.pop();
          const lines = await linesOf(text, size);
          expect(lines).toEqual(
            expected.map((line, i) => ({ number: i + 1, text: line.replace(/\r$/, "") })),
          );
        },
      ),
    );
  });

  it("tells of lines that are too long and goes on after them", async () => {
    const text = `short\n${"x".repeat(5000)}\nafter\n${"y".repeat(11)}`;
    for (const size of [1, 7, 100_000]) {
      expect(await linesOf(text, size, 10)).toEqual([
        { number: 1, text: "short" },
        { number: 2, tooLong: true },
        { number: 3, text: "after" },
        { number: 4, tooLong: true },
      ]);
    }
  });

  it("keeps a line of just the length that is allowed", async () => {
    expect(await linesOf(`${"x".repeat(10)}\n`, 3, 10)).toEqual([{ number: 1, text: "x".repeat(10) }]);
  });

  it("may hold what is no UTF-8", async () => {
    expect(await linesOf(Uint8Array.of(0xff, 0x0a, 0x61), 2)).toEqual([
      { number: 1, text: "\uFFFD" },
      { number: 2, text: "a" },
    ]);
  });
});
