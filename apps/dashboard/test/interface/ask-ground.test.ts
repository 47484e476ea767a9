import { describe, expect, it } from "vitest";
import { askGround } from "../../src/interface/ask-ground.ts";
import { FakeTerminal } from "./fake-terminal.ts";

async function asked(answer: string | undefined, milliseconds = 1000) {
  const terminal = new FakeTerminal(80, 24);
  if (answer !== undefined) setTimeout(() => terminal.keyboard.write(answer), 10);
  const started = performance.now();
  const ground = await askGround(terminal.stdin, terminal.stdout, milliseconds);
  return { terminal, ground, took: performance.now() - started };
}

describe("asking a terminal for its background", () => {
  it("asks, and takes the answer", async () => {
    const { terminal, ground, took } = await asked("\u001B]11;rgb:ffff/ffff/ffff\u001B\\\u001B[?62c");
    expect(terminal.screen.written).toContain("\u001B]11;?\u001B\\");
    expect(ground).toBe("light");
    expect(took).toBeLessThan(900);
    expect(terminal.keyboard.isRaw).toBe(false);
  });

  it("waits no longer where the terminal answers that it does not know", async () => {
    const { ground, took } = await asked("\u001B[?1;2c");
    expect(ground).toBeUndefined();
    expect(took).toBeLessThan(900);
  });

  it("waits no longer than it may where none answers", async () => {
    const { ground, took } = await asked(undefined, 50);
    expect(ground).toBeUndefined();
    expect(took).toBeLessThan(900);
  });

  it("leaves keys that were pressed meanwhile to be read", async () => {
    const { terminal, ground } = await asked("q\u001B]11;rgb:00/00/00\u0007 \u001B[?62c.");
    expect(ground).toBe("dark");
    expect(String(terminal.keyboard.read())).toBe("q .");
  });

  it("asks nothing where there is no terminal", async () => {
    const terminal = new FakeTerminal(80, 24);
    Object.assign(terminal.screen, { isTTY: false });
    expect(await askGround(terminal.stdin, terminal.stdout, 50)).toBeUndefined();
    expect(terminal.screen.written).toBe("");
  });
});
