import { expect, it } from "vitest";
import { takeLines } from "../../src/watch/take-lines.ts";

it("gives keys and pictures their turn between the lines of one large part", async () => {
  const count = 20_000;
  let turns = 0;
  const tick = setInterval(() => turns++, 1);
  let taken = 0;
  const work = (): void => {
    taken++;
    const until = performance.now() + 0.01;
    while (performance.now() < until);
  };
  await takeLines(
    (async function* () {
      yield Buffer.from("a line\n".repeat(count));
    })(),
    work,
  );
  clearInterval(tick);
  expect(taken).toBe(count);
  // 200 ms of work and more, with a turn every 8 ms.
  expect(turns).toBeGreaterThan(10);
});
