import type { FitReport } from "@gradwerk/nn";
import { progressBar } from "@gradwerk/nn/printing";
import { describe, expect, it } from "vitest";

const facts = {
  epoch: 1,
  steps: 200,
  losses: new Float64Array(50),
  learningRate: 0.1,
  seconds: { train: 0.5, evaluate: 0.25 },
  programs: [],
};

async function* reports(): AsyncGenerator<FitReport> {
  yield { type: "progress", ...facts, step: 50, loss: 0.5 };
  yield { type: "evaluation", ...facts, step: 100, loss: 0.25, test: { accuracy: 0.9 } };
  yield { type: "end", ...facts, step: 200, loss: 0.125, stopped: false };
}

async function drawn(redraws: boolean): Promise<string> {
  let text = "";
  const write = (part: string): void => {
    text += part;
  };
  const passed: string[] = [];
  for await (const { type } of progressBar(reports(), { write, width: 8, redraws })) passed.push(type);
  expect(passed).toEqual(["progress", "evaluation", "end"]);
  return text;
}

describe("progressBar", () => {
  it("draws one line over and over, and passes the reports on", async () => {
    expect((await drawn(true)).split("\r")).toEqual([
      "",
      "##------  25 %  step 50/200  loss 0.5000  2 s left\u001b[K",
      "####----  50 %  step 100/200  loss 0.2500  accuracy 0.9000  2 s left\u001b[K",
      "########  100 %  step 200/200  loss 0.1250  accuracy 0.9000  took 2.3 s\u001b[K\n",
    ]);
  });

  it("writes a line for each measurement where lines stay", async () => {
    expect((await drawn(false)).split("\n")).toHaveLength(3);
  });
});
