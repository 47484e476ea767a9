import { NnError } from "@gradwerk/nn";
import { messageOf, WorkError } from "../errors.ts";
import { imagesFrom, predictionOf } from "./answers.ts";
import { Comparing } from "./comparing.ts";
import type { RunConfig } from "./config.ts";
import { freePath, isThere } from "./free-path.ts";
import type { Inspected } from "./inspection.ts";
import { Looks } from "./looks.ts";
import { followablePace, type Pace, type RunCommand, type RunEvent, type RunStatus } from "./protocol.ts";
import { RunSaver, type SavePlan } from "./run-saver.ts";
import type { Session } from "./session.ts";
import { Spent } from "./spent.ts";
import type { TimedStep, Training } from "./training.ts";

/** Milliseconds between two messages of a fast run: two frames of the interface's thirty a second. */
const reportEvery = 33;

/** Something to be done between two steps. */
type Work = (session: Session, spent: Spent) => Promise<void>;

/** A way to another step, and the work that it is. */
interface Journey {
  step: number;
  readonly work: Work;
}

/** What a conductor works with. */
export interface ConductorOptions {
  readonly tell: (event: RunEvent) => void;
  /** Default: `followablePace`. */
  readonly pace?: Pace;
  /** Whether it waits before its first step. Default: no. */
  readonly paused?: boolean;
  /** Whether a step that would give NaN or infinity pauses the run in place of ending it. Default: no. */
  readonly bearsNaN?: boolean;
  /** Sets another run up. Default: the run cannot be configured anew. */
  readonly open?: (config: RunConfig) => Promise<Training>;
  /** Where checkpoints go while it runs. Default: nowhere. */
  readonly save?: SavePlan | undefined;
}

/**
 * Conducts a training: takes steps at the wanted pace, obeys commands between them and tells what happened.
 */
export class Conductor {
  #training: Training;
  #isConfigured = false;
  // What takes the place of the training once its run is left.
  #next: Training | undefined;
  readonly #options: ConductorOptions;
  readonly #tell: (event: RunEvent) => void;
  #status: RunStatus = "running";
  #pace: Pace;
  #oneStep = false;
  #restart = false;
  #stopped = false;
  readonly #looks: Looks;
  readonly #work: Work[] = [];
  // The one that was asked for last, where nothing else was asked for since.
  #journey: Journey | undefined;
  readonly #comparing: Comparing;
  // Whether the run goes on after the comparison.
  #goesOn = false;
  // Ends the wait that is under way, if any.
  #wake: () => void = () => {};

  constructor(training: Training, options: ConductorOptions) {
    this.#training = training;
    this.#options = options;
    this.#tell = options.tell;
    this.#pace = options.pace ?? followablePace;
    this.#looks = new Looks((inspected) => this.#inspected(inspected));
    this.#comparing = new Comparing({
      tell: this.#tell,
      onChange: (isOn) => this.#makeWay(isOn),
    });
  }

  /** Obeys between two steps. */
  obey(command: RunCommand): void {
    if (movesTheRun(command)) this.#endComparing();
    if (command.type !== "goTo") this.#journey = undefined;
    switch (command.type) {
      case "pause":
        this.#goesOn = false;
        if (this.#status === "running") this.#enter("paused");
        // What is looked at is then of the step that the run stands at.
        this.#work.push((session) => this.#looks.look(session));
        break;
      case "resume":
        if (this.#status === "paused") this.#enter("running");
        break;
      case "step":
        if (this.#status === "running") this.#enter("paused");
        this.#oneStep = this.#status === "paused";
        break;
      case "restart":
        this.#restart = true;
        break;
      case "pace":
        this.#pace = command.pace;
        this.#enter(this.#status);
        break;
      case "stop":
        this.#stopped = true;
        break;
      case "interest":
        this.#looks.interest = command.interest;
        this.#work.push((session) => this.#looks.look(session));
        break;
      case "goTo":
        this.#sendTo(command.step);
        break;
      default:
        this.#work.push((session) => this.#do(session, command));
    }
    this.#wake();
  }

  // Of journeys that were asked for one right after the other only the last is made.
  #sendTo(step: number): void {
    if (this.#journey !== undefined && this.#work.includes(this.#journey.work)) {
      this.#journey.step = step;
      return;
    }
    const journey: Journey = {
      step,
      work: (session, spent) =>
        this.#goTo(session, spent, journey.step).catch((error: unknown) => this.#note(error)),
    };
    this.#journey = journey;
    this.#work.push(journey.work);
  }

  /** Runs until it is told to stop; a finished run waits for what comes. */
  async conduct(): Promise<void> {
    let first: RunStatus = this.#options.paused === true ? "paused" : "running";
    try {
      while (!this.#stopped) {
        this.#restart = false;
        const session = this.#training.start();
        const { info, config } = this.#training;
        this.#tell({ type: "ready", info, ...(this.#isConfigured && { config }) });
        this.#enter(first);
        first = "running";
        await this.#run(session);
        await this.#change();
      }
    } finally {
      await this.#comparing.end();
      await this.#next?.dispose();
      await this.#training.dispose();
    }
  }

  async #run(session: Session): Promise<void> {
    const spent = new Spent(this.#tell, session);
    const saver = this.#saver();
    try {
      await saver?.save(session.live);
      await this.#steps(session, spent, saver);
      await saver?.save(session.live).catch((error: unknown) => this.#note(error));
    } catch (error) {
      // A step that fails changes nothing: what the network was before it is worth keeping.
      await saver?.save(session.live).catch(() => undefined);
      throw saver?.explained(error) ?? error;
    }
  }

  async #steps(session: Session, spent: Spent, saver: RunSaver | undefined): Promise<void> {
    // When the last step was due, by the pace at that time.
    let dueAt = Number.NEGATIVE_INFINITY;
    while (!this.#restart && !this.#stopped) {
      const work = this.#work.shift();
      if (work !== undefined) {
        spent.report();
        const { step } = session;
        await work(session, spent);
        if (session.step !== step) saver?.touch();
        continue;
      }
      if (this.#comparing.isOn) {
        await this.#comparing.advance();
        // Commands must come through between two parts of it.
        await this.#wait(0);
        continue;
      }
      if (session.isDone) {
        spent.report();
        if (this.#status !== "finished") {
          await saver?.save(session.live);
          this.#enter("finished");
          spent.end();
          await this.#looks.look(session);
        }
        await this.#wait(Number.POSITIVE_INFINITY);
        continue;
      }
      const left = this.#timeToNext(dueAt);
      if (left > 0) {
        if (left >= reportEvery) spent.report();
        await this.#wait(left);
        continue;
      }
      const looks = this.#looks.isDue || (this.#oneStep && this.#looks.isOn);
      this.#oneStep = false;
      const taken = await this.#take(session, looks && this.#looks.atSteps);
      if (taken === undefined) continue;
      spent.add(taken);
      await saver?.after(session.live, taken.seconds.train);
      if (looks) {
        spent.report();
        await this.#looks.look(session);
      }
      const now = performance.now();
      // A run that is late makes up for one frame at most, so that it does not rush after a pause.
      dueAt = Math.max(dueAt + this.#interval, now - reportEvery);
      if (now - spent.toldAt >= reportEvery) {
        spent.report();
        // Also at full speed commands must come through now and then.
        await this.#wait(0);
      }
    }
    spent.report();
  }

  // Where numbers stop being finite nothing was changed yet: whoever watches may go back, or on with a lower rate.
  async #take(session: Session, looks: boolean): Promise<TimedStep | undefined> {
    try {
      return await session.take(looks);
    } catch (error) {
      if (this.#options.bearsNaN !== true || !isNotFinite(error)) throw error;
      this.#enter("paused");
      this.#note(error);
      this.#tell({
        type: "note",
        message: "NaN or infinity: press l for a lower learning rate, or < to go back",
      });
      return undefined;
    }
  }

  async #do(session: Session, command: RunCommand): Promise<void> {
    try {
      switch (command.type) {
        case "learningRate":
          session.setLearningRate(command.learningRate);
          return this.#tell({
            type: "note",
            message: `learning rate ${command.learningRate} from step ${session.step + 1} on`,
          });
        case "configure":
          return await this.#configure(command.config);
        case "check":
          return this.#inspected(await session.check(command.parameter, command.index));
        case "tryRates":
          return this.#inspected(await session.tryRates(command.learningRates));
        case "predict":
        case "predictTest":
          return this.#inspected({ prediction: await predictionOf(session, this.#training.data, command) });
        case "images":
          return this.#inspected({ images: imagesFrom(this.#training.data, command.from) });
        case "save":
          return await this.#save(session, command.file);
        case "compare":
          return await this.#comparing.begin(this.#training, command.other);
        case "stopComparing":
          return await this.#comparing.end();
        case "results":
          return this.#tellResults(session);
      }
    } catch (error) {
      if (command.type === "results") throw error;
      this.#note(error);
    }
  }

  // Steps that were taken are gone to, further ones are taken.
  async #goTo(session: Session, spent: Spent, step: number): Promise<void> {
    this.#enter("paused");
    const known = Math.min(step, session.furthest);
    if (known !== session.step) {
      const report = await session.goTo(known, this.#looks.atSteps && known === step);
      this.#tell({
        type: "moved",
        step: session.step,
        ...(session.step !== step && { wanted: step }),
        ...(report !== undefined && { report }),
      });
    }
    while (session.step < step && !session.isDone && !this.#restart && !this.#stopped) {
      spent.add(await session.take(this.#looks.atSteps && session.step === step - 1));
      if (performance.now() - spent.toldAt < reportEvery) continue;
      spent.report();
      await this.#wait(0);
    }
    spent.report();
    await this.#looks.look(session);
  }

  #endComparing(): void {
    this.#goesOn = false;
    this.#work.push(() => this.#comparing.end());
  }

  // Two other runs have the machine for themselves while they are compared.
  #makeWay(isComparing: boolean): void {
    if (!isComparing) {
      if (this.#goesOn) this.#enter("running");
      this.#goesOn = false;
    } else if (this.#status === "running") {
      this.#goesOn = true;
      this.#enter("paused");
    }
  }

  // The new run is there before the old one goes: where it cannot be, the old one goes on.
  async #configure(config: RunConfig): Promise<void> {
    const next = await this.#options.open?.(config);
    if (next === undefined) return;
    await this.#next?.dispose();
    this.#next = next;
    this.#restart = true;
  }

  async #change(): Promise<void> {
    if (this.#next === undefined) return;
    await this.#training.dispose();
    this.#training = this.#next;
    this.#next = undefined;
    this.#isConfigured = true;
  }

  async #save(session: Session, wanted: string | undefined): Promise<void> {
    const { preset } = this.#training.config;
    const file = wanted ?? (await freePath(`gradwerk-${preset}-step${session.step}`, ".safetensors"));
    if (wanted !== undefined && (await isThere(wanted))) {
      throw new WorkError(`${wanted} is there already and stays as it is. Give another name.`);
    }
    await this.#saverTo({ file, every: null, config: this.#config }).save(session.live);
    this.#tell({
      type: "note",
      message: `saved in ${file}; --resume goes on from it`,
    });
  }

  // The options that a file keeps: those of the command, as long as the run is its.
  get #config(): RunConfig {
    const { save } = this.#options;
    return save === undefined || this.#isConfigured ? this.#training.config : save.config;
  }

  #saver(): RunSaver | undefined {
    const { save } = this.#options;
    return save && this.#saverTo({ ...save, config: this.#config });
  }

  #saverTo(plan: SavePlan): RunSaver {
    return new RunSaver(plan, this.#training.info.sha256, (message) => this.#note(message));
  }

  #note(error: unknown): void {
    this.#tell({ type: "note", message: `warning: ${messageOf(error)}` });
  }

  async #tellResults(session: Session): Promise<void> {
    const results = await session.results();
    this.#tell({ type: "results", ...(results !== undefined && { results }) });
  }

  #inspected(inspected: Inspected): void {
    if (Object.keys(inspected).length > 0) this.#tell({ type: "inspected", inspected });
  }

  /** Milliseconds from one step to the next. */
  get #interval(): number {
    return this.#pace === "full" ? 0 : 1000 / this.#pace;
  }

  /** Milliseconds until the next step may be taken. */
  #timeToNext(dueAt: number): number {
    if (this.#oneStep) return 0;
    if (this.#status !== "running") return Number.POSITIVE_INFINITY;
    return dueAt + this.#interval - performance.now();
  }

  #enter(status: RunStatus): void {
    this.#status = status;
    this.#tell({ type: "status", status, pace: this.#pace });
  }

  // Until the time is up or a command comes; at least one turn of the event loop, in which commands arrive.
  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = Number.isFinite(milliseconds)
        ? setTimeout(resolve, Math.max(0, milliseconds))
        : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
    });
  }
}

function isNotFinite(error: unknown): boolean {
  return error instanceof NnError && (error.code === "loss-not-finite" || error.code === "not-finite");
}

function movesTheRun({ type }: RunCommand): boolean {
  return ["resume", "step", "goTo", "restart", "configure"].includes(type);
}
