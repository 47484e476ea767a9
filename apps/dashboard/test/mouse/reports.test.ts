import { describe, expect, it } from "vitest";
import { MouseReader } from "../../src/mouse/reports.ts";

const press = "\u001B[<0;5;3M";
const pressed = { action: "press", button: "left", shift: false, column: 4, row: 2 };

describe("what a terminal sends", () => {
  it.each([
    ["\u001B[<0;1;1M", { action: "press", button: "left", shift: false, column: 0, row: 0 }],
    ["\u001B[<1;1;1M", { action: "press", button: "middle" }],
    ["\u001B[<2;300;200M", { action: "press", button: "right", column: 299, row: 199 }],
    ["\u001B[<4;1;1M", { action: "press", button: "left", shift: true }],
    ["\u001B[<32;6;3M", { action: "drag", button: "left", column: 5 }],
    ["\u001B[<38;6;3M", { action: "drag", button: "right", shift: true }],
    ["\u001B[<0;5;3m", { action: "release", button: "left", column: 4 }],
    ["\u001B[<64;5;3M", { action: "wheelUp" }],
    ["\u001B[<65;5;3M", { action: "wheelDown" }],
  ])("is read: %j", (sent, meant) => {
    const { keys, reports } = new MouseReader().push(sent);
    expect(keys).toBe("");
    expect(reports).toEqual([expect.objectContaining(meant)]);
  });

  it("is passed by where it reports moves without a button, further buttons or a wheel that turns sideways", () => {
    for (const code of [35, 66, 67, 128, 129]) {
      expect(new MouseReader().push(`\u001B[<${code};5;3M`)).toEqual({ keys: "", reports: [] });
    }
  });

  it("loses nothing of the keys between reports", () => {
    expect(new MouseReader().push(`a${press}\u001B[A${press}q`)).toEqual({
      keys: "a\u001B[Aq",
      reports: [pressed, pressed],
    });
    expect(new MouseReader().push("\u001B[200~\u001B[A\u001B[5~").keys).toBe("\u001B[200~\u001B[A\u001B[5~");
  });

  it("drops reports of the older form, whose characters could be keys", () => {
    expect(new MouseReader().push("x\u001B[M q!y")).toEqual({ keys: "xy", reports: [] });
  });

  it("is read wherever it is split", () => {
    for (const sent of [press, "\u001B[M q!"]) {
      const whole = new MouseReader().push(sent).reports;
      for (let at = 1; at < sent.length; at++) {
        const reader = new MouseReader();
        const first = reader.push(`a${sent.slice(0, at)}`);
        const second = reader.push(`${sent.slice(at)}b`);
        expect([first.keys, second.keys]).toEqual(["a", "b"]);
        expect([...first.reports, ...second.reports]).toEqual(whole);
      }
    }
  });

  it("is Escape where nothing follows, and still no text where the rest comes late", () => {
    for (const beginning of ["\u001B", "\u001B["]) {
      const reader = new MouseReader();
      expect(reader.push(beginning).keys).toBe("");
      expect(reader.mayHoldKey).toBe(true);
      expect(reader.release()).toBe(beginning);
      expect(reader.mayHoldKey).toBe(false);
      expect(reader.push(press.slice(beginning.length))).toEqual({ keys: "", reports: [pressed] });
      expect(reader.push("a").keys).toBe("a");
    }
  });

  it("is Escape and then another key", () => {
    const reader = new MouseReader();
    reader.push("\u001B");
    expect(reader.release()).toBe("\u001B");
    expect(reader.push("q").keys).toBe("q");
    reader.push("\u001B");
    expect(reader.push("[A").keys).toBe("\u001B[A");
  });
});
