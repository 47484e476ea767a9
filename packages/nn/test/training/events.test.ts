import { type FitReport, fit, sgd, type TrainStep } from "@gradwerk/nn";
import { eventLines, type RunFacts, toEvents } from "@gradwerk/nn/events";
import { crossEntropy } from "@gradwerk/tensor";
import { describe, expect, it } from "vitest";
import { smallNetwork, smallTask } from "./small-run.ts";

/** A run of 12 steps, measured every 4, and its reports. */
function smallFit(): { reports: AsyncIterable<FitReport>; seen: FitReport[] } {
  const task = smallTask();
  const model = smallNetwork(task);
  const seen: FitReport[] = [];
  const run = fit({
    device: task.device,
    model,
    parameters: model.initialize(task.device, "float32"),
    loss: crossEntropy,
    optimizer: sgd({ learningRate: 0.5 }),
    dataset: task.train,
    test: task.test,
    batchSize: 16,
    steps: 12,
    evaluateEvery: 4,
  });
  const reports = (async function* () {
    for await (const report of run) {
      seen.push(report);
      yield report;
    }
  })();
  return { reports, seen };
}

async function objectsOf(reports: AsyncIterable<FitReport | TrainStep>, facts?: RunFacts) {
  let text = "";
  for await (const lines of eventLines(reports, facts)) text += lines;
  expect(text.endsWith("\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

async function* stepsOf(...steps: Partial<TrainStep>[]): AsyncGenerator<TrainStep> {
  for (const step of steps)
    yield {
      outputs: new Float32Array(),
      observed: {},
      seconds: { train: 0.5, evaluate: 0.25 },
      ...step,
    } as TrainStep;
}

describe("a run of fit as lines", () => {
  it("has a start, every step with the loss that fit tells, and an end", async () => {
    const { reports, seen } = smallFit();
    const [start, ...steps] = await objectsOf(reports, { title: "mine", config: { lr: 0.5 } });
    const end = steps.pop();
    expect(start).toEqual({ event: "start", steps: 12, title: "mine", config: { lr: 0.5 } });
    expect(steps.map(({ event, step }) => [event, step])).toEqual(
      Array.from({ length: 12 }, (_, i) => ["step", i + 1]),
    );
    expect(steps.map(({ loss }) => loss)).toEqual(seen.flatMap(({ losses }) => [...losses]));
    const spent = seen.reduce((sum, { seconds }) => sum + seconds.train + seconds.evaluate, 0);
    expect(end).toMatchObject({
      event: "end",
      steps: 12,
      loss: steps[11].loss,
      accuracy: steps[11].accuracy,
    });
    expect(end.seconds.total).toBeCloseTo(spent, 9);
    expect(end.seconds.total).toBe(end.seconds.train + end.seconds.evaluate);
  });

  it("has what was measured on the step that it was measured after", async () => {
    const { reports, seen } = smallFit();
    const steps = (await objectsOf(reports)).slice(1, -1);
    const measured = steps.filter(({ accuracy }) => accuracy !== undefined);
    expect(measured.map(({ step }) => step)).toEqual([4, 8, 12]);
    const tests = seen.flatMap(({ step, test }) =>
      test === undefined ? [] : [{ step, accuracy: test.accuracy, testLoss: test.loss }],
    );
    expect(measured).toEqual(tests.map((test) => expect.objectContaining(JSON.parse(JSON.stringify(test)))));
    expect(measured.every(({ learningRate }) => learningRate === 0.5)).toBe(true);
  });
});

describe("a run of train as lines", () => {
  it("has what its steps tell, and the seconds that they took together", async () => {
    const reports = stepsOf({ step: 1, loss: 0.75 }, { step: 2, loss: 0.5, accuracy: 0.875 });
    expect(await objectsOf(reports, { steps: 2 })).toEqual([
      { event: "start", steps: 2 },
      { event: "step", step: 1, loss: 0.75, seconds: 0.75 },
      { event: "step", step: 2, loss: 0.5, accuracy: 0.875, seconds: 1.5 },
      {
        event: "end",
        steps: 2,
        loss: 0.5,
        accuracy: 0.875,
        seconds: { train: 1, evaluate: 0.5, total: 1.5 },
      },
    ]);
  });

  it("of no step has a start and an end", async () => {
    expect(await objectsOf(stepsOf())).toEqual([
      { event: "start" },
      { event: "end", seconds: { train: 0, evaluate: 0, total: 0 } },
    ]);
  });
});

describe("a report as events", () => {
  it("that was stopped says so at the end", async () => {
    const report = {
      type: "end",
      stopped: true,
      step: 2,
      steps: 9,
      losses: Float64Array.of(0.5),
      seconds: { train: 0, evaluate: 0 },
    };
    const reports = (async function* () {
      yield report as unknown as FitReport;
    })();
    expect((await objectsOf(reports)).at(-1)).toMatchObject({ event: "end", interrupted: true });
  });

  it("without a step since the one before is none", () => {
    expect(toEvents({ step: 4, losses: new Float64Array() } as unknown as FitReport)).toEqual([]);
  });
});
