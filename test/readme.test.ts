import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

describe("the README", () => {
  const readme = read("README.md");

  it("shows the example that is run here, line for line", () => {
    const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    expect(code).toBe(read("examples/exclusive-or.ts"));
  });

  it("names the pinned pnpm in both commands", () => {
    const { packageManager } = JSON.parse(read("package.json"));
    expect(readme).toContain(`npx -y ${packageManager} start`);
    expect(readme).toContain(`npx -y ${packageManager} test`);
  });
});

describe("the README's example", () => {
  it("learns the exclusive or", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      await import("../examples/exclusive-or.ts");
      const lines = log.mock.calls;
      expect(lines.map(([first]) => first)).toEqual([250, 500, 750, 1000, Int32Array.of(0, 1, 1, 0)]);
      expect(lines[3][1]).toBeLessThan(0.01);
    } finally {
      log.mockRestore();
    }
  });
});
