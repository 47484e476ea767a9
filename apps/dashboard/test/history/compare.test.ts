import { describe, expect, it } from "vitest";
import { compareRuns } from "../../src/history/compare.ts";
import { historyCsv } from "../../src/history/csv.ts";
import { historyNdjson } from "../../src/history/ndjson.ts";
import type { RunRecord } from "../../src/history/record.ts";
import { beginning, ending, steps } from "./examples.ts";

const run: RunRecord = { id: "a", ...beginning, status: "finished", steps, ending };

describe("two runs compared", () => {
  it("say that they are the same to the last bit", () => {
    const same = compareRuns(run, { ...run, id: "b" });
    expect(same).toMatchObject({
      differences: {},
      commonSteps: 20,
      sameLosses: 20,
      largestLossDifference: { difference: 0 },
    });
  });

  it("say where their losses part and how far", () => {
    const other = steps.map((step) => ({
      ...step,
      loss: step.step < 8 ? step.loss : step.loss + step.step / 1000,
    }));
    const { sameLosses, largestLossDifference } = compareRuns(run, { ...run, steps: other });
    expect(sameLosses).toBe(7);
    expect(largestLossDifference?.step).toBe(20);
    expect(largestLossDifference?.difference).toBeCloseTo(0.02, 12);
  });

  it("name the options and machines in which they differ", () => {
    const other: RunRecord = {
      ...run,
      config: { ...run.config, lr: 0.1, extra: [1] },
      environment: { ...run.environment, node: "22.0.0" },
    };
    expect(compareRuns(run, other).differences).toEqual({
      lr: [0.5, 0.1],
      extra: [null, [1]],
      node: ["26.10.0", "22.0.0"],
    });
  });

  it("name the best accuracy and the first step that reached it", () => {
    const accuracies = [0.1, 0.9, 0.5, 0.9];
    const other = accuracies.map((accuracy, i) => ({ step: i + 1, loss: 1, accuracy }));
    expect(compareRuns({ ...run, steps: other }, run).a.best).toEqual({ step: 2, accuracy: 0.9 });
  });
});

describe("a history as CSV", () => {
  it("has a head, a line a step, empty fields and every digit", () => {
    const lines = historyCsv(steps).split("\r\n");
    expect(lines[0]).toBe("step,loss,accuracy,testLoss,learningRate,seconds");
    expect(lines[1]).toBe("1,0.3333333333333333,,,,");
    expect(lines[5]).toBe(`5,${1 / 7},0.58,,,0.4`);
    expect(lines).toHaveLength(22);
    expect(lines.at(-1)).toBe("");
  });
});

describe("a history as NDJSON", () => {
  it("is the events of train --json", () => {
    const events = historyNdjson(run)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.map(({ event }) => event)).toEqual(["start", ...steps.map(() => "step"), "end"]);
    expect(events[3]).toEqual({ event: "step", ...steps[2] });
  });

  it("says that it was interrupted, and has no end while it goes on", () => {
    expect(historyNdjson({ ...run, status: "interrupted" })).toMatch(/"interrupted":true\}\n$/);
    expect(historyNdjson({ ...run, status: "running" })).not.toMatch(/"end"/);
  });

  it("brings no control character to a terminal", () => {
    const name = "\u001b[31m\u009b31m\u202e\u2028\u007f";
    const text = historyNdjson({ ...run, config: { data: name } });
    expect(text.replaceAll("\n", "")).toMatch(/^[\u0020-\u007E]*$/);
    expect(JSON.parse(text.split("\n")[0]).config.data).toBe(name);
  });
});
