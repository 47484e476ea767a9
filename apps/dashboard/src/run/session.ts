import type { DigitSet } from "@gradwerk/mnist";
import {
  evaluate,
  type Network,
  type Optimizer,
  parametersOf,
  type TakenStep,
  type Trainer,
  trainable,
  trainer,
} from "@gradwerk/nn";
import { arraysOf } from "@gradwerk/nn/checkpoint";
import type { Device, Tensor } from "@gradwerk/tensor";
import { anatomyOf } from "./anatomy.ts";
import type { Batches } from "./batches.ts";
import type { RunConfig } from "./config.ts";
import type { Experiment } from "./experiment.ts";
import { checkGradient, type Trial, tryRates } from "./experiments-on-a-step.ts";
import type { Inspected, Interest } from "./inspection.ts";
import { type LookedAt, NetworkLook } from "./look-at-network.ts";
import { lookAtResults, softmax } from "./look-at-results.ts";
import { changedRate, type RateChange } from "./rate-changes.ts";
import type { RunResults } from "./results.ts";
import type { LiveRun } from "./run-saver.ts";
import { type LastStep, lastStepAfter, restoreStoredRun, type StoredRun } from "./stored-run.ts";
import { Timeline } from "./timeline.ts";
import type { TimedStep } from "./training.ts";

/** What a session works on: all that does not change with its steps. */
export interface SessionSetting {
  readonly config: RunConfig;
  readonly experiment: Experiment;
  readonly device: Device;
  readonly batches: Batches;
  readonly testSet: DigitSet;
  /** The test images as the network takes them, and their classes. */
  readonly test: { readonly x: Tensor; readonly classes: Tensor };
}

/** One run of a network from its first weights: it goes forward, back, and lets itself be looked at. */
export class Session {
  readonly #setting: SessionSetting;
  readonly #model: Network<unknown>;
  readonly #parameters: unknown;
  readonly #optimizer: Optimizer;
  readonly #state: unknown;
  readonly #trainer: Trainer;
  readonly #timeline: Timeline;
  // Made when somebody looks: tells what every layer gives, and takes the same steps.
  #observing: Trainer | undefined;
  #networkLook: NetworkLook | undefined;
  #step = 0;
  #furthest = 0;
  #seen: LookedAt | undefined;
  // Of the network as it is now.
  #results: RunResults | undefined;
  // Where it began: at the step of a stored run, or at none.
  #first = 0;
  #last: LastStep = {};
  #changes: readonly RateChange[] = [];

  constructor(setting: SessionSetting) {
    const { config, experiment, device } = setting;
    this.#setting = setting;
    this.#model = experiment.network();
    this.#parameters = this.#model.initialize(device, config.dtype);
    this.#optimizer = {
      ...experiment.optimizer,
      learningRateAt: changedRate(experiment.optimizer.learningRateAt, () => this.#changes),
    };
    this.#state = this.#optimizer.initialize(trainable(this.#model, this.#parameters));
    this.#trainer = this.#trainerWith({});
    this.#timeline = new Timeline([this.#parameters, this.#state]);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** The last step that was taken; further than `step` where the run went back. */
  get furthest(): number {
    return this.#furthest;
  }

  get isDone(): boolean {
    return this.#step >= this.#setting.experiment.steps;
  }

  /** Bytes that live tensors and states of earlier steps take. */
  get memory(): number {
    return this.#setting.device.memory().bytes + this.#timeline.bytes;
  }

  /** The run as it is now, for a checkpoint. */
  get live(): LiveRun {
    return {
      parameters: this.#parameters,
      state: this.#state,
      step: this.#step,
      last: this.#last,
      changes: this.#changes,
    };
  }

  /**
   * Goes on from a stored run, before its first step here.
   *
   * @throws NnError `checkpoint-mismatch`
   */
  restore(stored: StoredRun): void {
    restoreStoredRun(stored, { parameters: this.#parameters, state: this.#state });
    this.#first = stored.checkpoint.step;
    this.#step = this.#first;
    this.#furthest = this.#first;
    this.#last = stored.last;
    this.#changes = stored.changes;
  }

  /**
   * Takes the next step.
   *
   * @param looks whether somebody will look at it
   */
  async take(looks: boolean = false): Promise<TimedStep> {
    this.#forgetWhatIsAhead();
    await this.#timeline.pass(this.#step);
    const report = await this.#taken(looks, true);
    this.#timeline.report(report);
    this.#furthest = report.step;
    this.#last = lastStepAfter(this.#last, report);
    return report;
  }

  /** Takes the next step without a way back: nothing is remembered or measured. */
  async advance(): Promise<TimedStep> {
    return await this.#taken(false, false);
  }

  /**
   * Goes to the state after so many steps, by a remembered one and the steps after it. Of steps that were not taken yet, or
   * that are of before the run began here, it goes to the nearest that was.
   *
   * @param looks whether somebody will look at the step that it then stands at
   */
  async goTo(step: number, looks: boolean = false): Promise<TimedStep | undefined> {
    const wanted = Math.max(this.#first, Math.min(step, this.#furthest));
    const seenFrom = looks ? Math.max(this.#first, wanted - 1) : wanted;
    const nearest = this.#timeline.nearest(seenFrom) ?? this.#step;
    if (this.#step > seenFrom || nearest > this.#step) {
      this.#step = this.#timeline.goTo(seenFrom);
      this.#results = undefined;
    }
    this.#seen = undefined;
    let last: TimedStep | undefined;
    while (this.#step < wanted) last = await this.#taken(looks && this.#step === seenFrom, false);
    const report = this.#timeline.reportOf(wanted) ?? last;
    this.#last = report === undefined ? {} : lastStepAfter({}, report);
    return report;
  }

  /** From the next step on. With a schedule, its highest rate. */
  setLearningRate(learningRate: number): void {
    const factor = learningRate / this.#setting.config.lr;
    this.#changes = [...this.#changes.filter(({ from }) => from < this.#step), { from: this.#step, factor }];
    this.#forgetWhatIsAhead();
  }

  /** What a screen wants to know. */
  async look(interest: Interest): Promise<Inspected> {
    if (interest === "results") {
      const results = await this.results();
      return results === undefined ? {} : { results };
    }
    const seen = await this.#lastStepSeen();
    if (seen === undefined) return {};
    if (interest === "network") {
      const { experiment, test, testSet, batches } = this.#setting;
      this.#networkLook ??= new NetworkLook({
        model: this.#model,
        parameters: this.#parameters,
        testImages: test.x,
        inputsOf: (pixels, count) => batches.inputsOf(pixels, count),
        classes: experiment.outputs === "image" ? 0 : testSet.digits.length,
      });
      return { network: await this.#networkLook.view(seen) };
    }
    return { anatomy: await anatomyOf(this.#model, seen, this.#setting) };
  }

  /** Derives the loss of the last step by one parameter with finite differences. */
  async check(parameter: string, index: number): Promise<Inspected> {
    const seen = await this.#lastStepSeen();
    if (seen === undefined) return {};
    const check = await checkGradient(this.#trial(), seen, parameter, index);
    return check === undefined ? {} : { check };
  }

  /** What other learning rates would have made of the last step. */
  async tryRates(learningRates: readonly number[]): Promise<Inspected> {
    const seen = await this.#lastStepSeen();
    if (seen === undefined) return {};
    return { rates: await tryRates(this.#trial(), seen, learningRates) };
  }

  /** Shares of the classes, or the image that the network gives back. */
  async predict(pixels: Uint8Array): Promise<readonly number[]> {
    const { device, batches, experiment } = this.#setting;
    using outputs = device.scope(() => this.#model.apply(this.#parameters, batches.inputsOf(pixels, 1)));
    const values = Array.from(await outputs.data());
    return experiment.outputs === "logits" ? softmax(values) : values;
  }

  /** Share of the test images from one position to another (end excluded) that it classifies rightly. */
  async accuracyOn(from: number, to: number): Promise<number> {
    const { device, test } = this.#setting;
    using _scope = device.openScope();
    return await evaluate(
      this.#model,
      this.#parameters,
      test.x.slice(0, from, to),
      test.classes.slice(0, from, to),
    );
  }

  /** What it makes of the test images; nothing before the first step. */
  async results(): Promise<RunResults | undefined> {
    if (this.#step === 0) return undefined;
    this.#results ??= await this.#lookAtResults();
    return this.#results;
  }

  dispose(): void {
    this.#trainer.dispose();
    this.#observing?.dispose();
    this.#networkLook?.dispose();
    for (const { tensor } of [...parametersOf(this.#parameters), ...parametersOf(this.#state)])
      tensor.dispose();
  }

  async #lookAtResults(): Promise<RunResults> {
    const { device, experiment, test, testSet } = this.#setting;
    const inputs = (from: number, to: number): Tensor => test.x.slice(0, from, to);
    return await lookAtResults({
      device,
      model: this.#model,
      parameters: this.#parameters,
      step: this.#step,
      test: testSet,
      inputs,
      outputs: experiment.outputs,
    });
  }

  #trainerWith(options: { observe?: "all"; tellsGradients?: boolean }): Trainer {
    const { device, experiment, config } = this.#setting;
    return trainer({
      device,
      model: this.#model,
      parameters: this.#parameters,
      loss: experiment.loss,
      optimizer: this.#optimizer,
      state: this.#state,
      capture: config.capture,
      ...options,
    });
  }

  async #taken(looks: boolean, measures: boolean): Promise<TimedStep> {
    const { experiment, batches } = this.#setting;
    const step = this.#step;
    const started = performance.now();
    const before = looks ? await arraysOf(this.#parameters) : undefined;
    if (looks) this.#observing ??= this.#trainerWith({ observe: "all", tellsGradients: true });
    const taken = await this.#stepped((looks ? this.#observing : undefined) ?? this.#trainer);
    const after = looks ? await arraysOf(this.#parameters) : undefined;
    const trained = performance.now();
    this.#step = step + 1;
    this.#results = undefined;
    const isMeasured =
      measures &&
      experiment.targets === "labels" &&
      (this.#step % experiment.evaluateEvery === 0 || this.isDone);
    const { x, classes } = this.#setting.test;
    const accuracy = isMeasured ? await evaluate(this.#model, this.#parameters, x, classes) : undefined;
    const learningRate = this.#optimizer.learningRateAt(step);
    const { rows, sample } = batches.sampleOf(step, taken.outputs);
    this.#seen =
      before === undefined || after === undefined
        ? undefined
        : {
            step: this.#step,
            learningRate,
            taken,
            first: this.#timeline.first?.[0] ?? before,
            before,
            after,
            rows,
            sample,
          };
    const report = { step: this.#step, loss: taken.loss, learningRate, sample };
    const seconds = { train: (trained - started) / 1000, evaluate: (performance.now() - trained) / 1000 };
    return { ...report, ...(accuracy === undefined ? {} : { accuracy }), seconds };
  }

  async #stepped(stepper: Trainer): Promise<TakenStep> {
    using _scope = this.#setting.device.openScope();
    return await stepper.take(this.#step, this.#setting.batches.of(this.#step));
  }

  // The steps after this one will be taken anew, perhaps otherwise.
  #forgetWhatIsAhead(): void {
    this.#timeline.forgetAfter(this.#step);
    this.#furthest = this.#step;
  }

  // The last step with all that it told: taken once more, from the state before it, where nobody looked.
  async #lastStepSeen(): Promise<LookedAt | undefined> {
    if (this.#step === this.#first) return undefined;
    if (this.#seen?.step !== this.#step) await this.goTo(this.#step, true);
    return this.#seen;
  }

  #trial(): Trial {
    const { experiment, batches, device } = this.#setting;
    return {
      device,
      model: this.#model,
      parameters: this.#parameters,
      loss: experiment.loss,
      batches,
    };
  }
}
