/** A line of a stream without its end, or that there was one longer than allowed, which was skipped. */
export type StreamLine =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly tooLong: true };

/**
 * The lines of a stream of bytes in UTF-8. Never holds more than `most` bytes of a line: of a longer one it tells, and
 * goes on after it. What is no UTF-8 becomes U+FFFD. A last line without an end is a line too.
 */
export async function* splitLines(
  stream: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<StreamLine, void, void> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let number = 1;
  const add = (part: Uint8Array): void => {
    size += part.length;
    if (size <= most) parts.push(part);
    else parts = [];
  };
  const finish = (): StreamLine => {
    const line = size > most ? { number, tooLong: true as const } : { number, text: decoded(parts) };
    parts = [];
    size = 0;
    number++;
    return line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      add(chunk.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (size > 0) yield finish();
}

const lineFeed = 0x0a;

function decoded(parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString("utf8").replace(/\r$/, "");
}
