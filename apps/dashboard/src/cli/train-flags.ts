import { existsSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { suggestion } from "../errors.ts";
import {
  articleConfig,
  floatTypes,
  optimizers,
  otherRates,
  presetConfigs,
  presets,
  type RunConfig,
  type Slice,
} from "../run/config.ts";
import type { KeepingFlags } from "./keeping.ts";
import type { ObserverFlags } from "./observers.ts";

/** What commander makes of the flags of `train`: only what was given is there. */
export interface TrainFlags
  extends Partial<Omit<RunConfig, "steps" | "epochs">>,
    ObserverFlags,
    KeepingFlags {
  readonly steps?: number;
  readonly epochs?: number;
  readonly json?: boolean;
  readonly plain?: boolean;
  /** The file that the dashboard is recorded in. */
  readonly record?: string;
  /** Whether the dashboard obeys the mouse. */
  readonly mouse: boolean;
}

/** `--backend`, for every command that computes. */
export function backendOption(): Option {
  const meaning =
    "cpu, wasm, or a module that exports a backend: a path or an installed package (default: cpu for article, else wasm)";
  return new Option("--backend <name>", meaning).argParser(notEmpty);
}

/** `--dtype`, with what it means to the command. */
export function floatOption(meaning: string): Option {
  return new Option("--dtype <type>", `${floatTypes.join(" or ")} ${meaning}`).argParser(oneOf(floatTypes));
}

/** `--threads` */
export function threadsOption(): Option {
  const meaning = "threads that the backend uses (default: its own choice)";
  return new Option("--threads <n>", meaning).argParser(wholeNumber(1));
}

/** `--no-mouse`, for every command that opens the dashboard. */
export function mouseOption(): Option {
  return new Option(
    "--no-mouse",
    "leave the mouse to the terminal (with it, most terminals select text while Shift is held)",
  );
}

/** Adds the flags of a training run to a command. */
export function addTrainFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--preset <name>", `which experiment: ${presets.join(", ")} (default: article)`).argParser(
        oneOf(presets),
      ),
    )
    .addOption(
      new Option(
        "--digits <a,b,...>",
        "the digits to tell apart, or numbers of classes of another set; the first is class 0 (default: 1,7 for article, else all)",
      ).argParser(parseDigits),
    )
    .addOption(
      new Option(
        "--train <from:to>",
        "training images among these digits, in file order, end excluded (default: 0:200 for article, else all)",
      ).argParser(parseSlice),
    )
    .addOption(
      new Option(
        "--test <from:to>",
        "test images, likewise from the training file (default: 2000:3000 for article, else MNIST's own test file)",
      ).argParser(parseSlice),
    )
    .addOption(
      new Option(
        "--hidden <n,...>",
        "units of the hidden layer, or of several (default: 10 for article, 128 for mlp, 64 for cnn and lstm, 48 for attention, 128,16 for autoencoder)",
      ).argParser(parseHidden),
    )
    .addOption(
      new Option(
        "--lr <x>",
        "learning rate; but for article the highest of a one-cycle schedule (default: 0.5 for article and cnn, 0.6 for mlp, with adam 0.003 or 0.004)",
      ).argParser(parseRate),
    )
    .addOption(
      new Option(
        "--seed <n>",
        "seed of the first weights, as in np.random.seed, and of the shuffling (default: 7)",
      ).argParser(wholeNumber(0, 2 ** 32 - 1)),
    )
    .addOption(
      new Option(
        "--batch <n>",
        "images per step; the loss is their mean (default: 1 for article, 32 for mlp and cnn, else 64)",
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option(
        "--optimizer <name>",
        `how weights change: ${optimizers.join(", ")} (default: sgd for article, mlp and cnn, else adam)`,
      ).argParser(oneOf(optimizers)),
    )
    .addOption(
      new Option("--augment", "turn and move the training images a little at random, each time anew"),
    )
    .addOption(
      new Option(
        "--steps <n>",
        "training steps; after the last image it goes on with the first (default: 200 for article, 4700 for cnn, 3 epochs for mlp, 8 for attention, else 5)",
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      new Option("--epochs <n>", "rounds through the training images, instead of --steps")
        .argParser(wholeNumber(1))
        .conflicts("steps"),
    )
    .addOption(
      new Option(
        "--eval-every <n>",
        "measure the test accuracy after every n steps, and after the last (default: 1 for article, else those of an epoch)",
      ).argParser(wholeNumber(1)),
    )
    .addOption(backendOption())
    .addOption(floatOption("(default: float64 for article, else float32)"))
    .addOption(threadsOption())
    .addOption(new Option("--capture", "trace a training step once and replay it (the default)"))
    .addOption(new Option("--no-capture", "run every step op by op"))
    .addOption(
      new Option(
        "--data <where>",
        "auto, package, download, or a folder with the IDX files (default: auto)",
      ).argParser(parseDataSource),
    )
    .addOption(
      new Option(
        "--save <file>",
        "keep the run in a checkpoint, about every second of training and at the end",
      ).argParser(notEmpty),
    )
    .addOption(
      new Option("--save-every <n>", "write the checkpoint after every n steps instead").argParser(
        wholeNumber(1),
      ),
    )
    .addOption(
      new Option(
        "--resume <file>",
        "go on with the run in a checkpoint, with its options, and keep it there (or in --save)",
      ).argParser(notEmpty),
    )
    .addOption(new Option("--json", "one JSON object per line on stdout, and nothing else there"))
    .addOption(
      new Option("--plain", "plain lines instead of the dashboard, also on a terminal").conflicts("json"),
    )
    .addOption(
      new Option("--record <file>", "record the dashboard as asciicast v2, for asciinema play")
        .argParser(notEmpty)
        .conflicts(["json", "plain"]),
    )
    .addOption(mouseOption())
    .addOption(
      new Option("--tensorboard <folder>", "write event files for tensorboard --logdir folder").argParser(
        notEmpty,
      ),
    )
    .addOption(new Option("--name <text>", "what to call the run where runs are listed").argParser(notEmpty))
    .addOption(new Option("--no-keep", "do not keep the run among those that gradwerk runs lists"));
}

/** The configuration that the flags ask for: the preset's, with what was given put over it. */
export function resolveConfig(flags: TrainFlags): RunConfig {
  const options = Object.entries(flags).filter(([key]) => Object.hasOwn(articleConfig, key));
  const given: Partial<RunConfig> = Object.fromEntries(options);
  const preset = presetConfigs[given.preset ?? "article"];
  const { optimizer = preset.optimizer } = given;
  return {
    ...preset,
    ...(given.epochs === undefined ? {} : { steps: null }),
    ...(given.steps === undefined ? {} : { epochs: null }),
    ...(optimizer === preset.optimizer ? {} : { lr: otherRates[optimizer] }),
    ...given,
  };
}

function oneOf<const Words extends readonly string[]>(words: Words): (value: string) => Words[number] {
  return (value) => {
    if (words.includes(value)) return value;
    throw new InvalidArgumentError(`It is one of: ${words.join(", ")}.${suggestion(value, words)}`);
  };
}

function wholeNumber(low: number, high: number = Number.MAX_SAFE_INTEGER): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= low && number <= high) return number;
    const range = high === Number.MAX_SAFE_INTEGER ? `from ${low} up` : `from ${low} to ${high}`;
    throw new InvalidArgumentError(`It is a whole number ${range}.`);
  };
}

function parseRate(value: string): number {
  const rate = Number(value);
  if (value.trim() !== "" && Number.isFinite(rate) && rate > 0) return rate;
  throw new InvalidArgumentError("It is a number above 0, such as 0.5 or 1e-3.");
}

function parseDigits(value: string): number[] {
  const digits = value.split(",").map((part) => (/^\d{1,3}$/.test(part.trim()) ? Number(part) : Number.NaN));
  const problem = digits.some(Number.isNaN)
    ? "Digits are 0 to 9, or numbers of classes of another set, separated by commas: 1,7."
    : digits.length < 2
      ? "At least two digits are needed, or there is nothing to tell apart: 1,7."
      : new Set(digits).size < digits.length
        ? "Each digit is named once: 1,7."
        : undefined;
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return digits;
}

function parseHidden(value: string): number[] {
  const parse = wholeNumber(1);
  return value.split(",").map((part) => {
    try {
      return parse(part.trim());
    } catch {
      throw new InvalidArgumentError(
        "It is a whole number from 1 up, or several separated by commas: 10 or 32,16.",
      );
    }
  });
}

function parseSlice(value: string): Slice {
  const [, from, to] = /^(\d+):(\d+)$/.exec(value) ?? [];
  if (from !== undefined && to !== undefined && Number(from) < Number(to)) return [Number(from), Number(to)];
  throw new InvalidArgumentError("It is FROM:TO with FROM below TO, such as 0:200; TO is excluded.");
}

/** A source's name or a folder; a word that is no folder and nearly a name is taken for a slip. */
export function parseDataSource(value: string): string {
  const names = ["auto", "package", "download"];
  const meant = names.includes(value) || existsSync(value) ? "" : suggestion(value, names);
  if (meant !== "") throw new InvalidArgumentError(`There is no such folder.${meant}`);
  return notEmpty(value);
}

function notEmpty(value: string): string {
  if (value !== "") return value;
  throw new InvalidArgumentError("It is empty. Leave the flag away for its default.");
}
