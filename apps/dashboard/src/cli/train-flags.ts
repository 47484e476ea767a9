import { existsSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { suggestion } from "../errors.ts";
import {
  articleConfig,
  floatTypes,
  optimizers,
  presetConfigs,
  presets,
  type RunConfig,
  type Slice,
  usualRate,
} from "../run/config.ts";
import {
  notEmpty,
  oneOf,
  parseBatch,
  parseDigits,
  parseHidden,
  parseOptimizer,
  parseRate,
  parseSeed,
  parseThreads,
  wholeNumber,
} from "../run/option-values.ts";
import { argument } from "./argument.ts";
import type { LookFlags, OpeningFlags } from "./dashboard-flags.ts";
import type { KeepingFlags } from "./keeping.ts";
import type { ObserverFlags } from "./observers.ts";

/** What commander makes of the flags of `train`: only what was given is there. */
export interface TrainFlags
  extends Partial<Omit<RunConfig, "steps" | "epochs">>,
    ObserverFlags,
    KeepingFlags,
    LookFlags,
    OpeningFlags {
  readonly steps?: number;
  readonly epochs?: number;
  readonly json?: boolean;
  readonly plain?: boolean;
  /** The file that the dashboard is recorded in. */
  readonly record?: string;
  /** The backend that the run's is compared with. */
  readonly compare?: string;
  /** Whether the dashboard obeys the mouse. */
  readonly mouse: boolean;
}

/** `--backend`, for every command that computes. */
export function backendOption(): Option {
  const meaning =
    "cpu, wasm, or a module that exports a backend: a path or an installed package (default: cpu for article, else wasm)";
  return new Option("--backend <name>", meaning).argParser(argument(notEmpty));
}

/** `--dtype`, with what it means to the command. */
export function floatOption(meaning: string): Option {
  return new Option("--dtype <type>", `${floatTypes.join(" or ")} ${meaning}`).argParser(
    argument(oneOf(floatTypes)),
  );
}

/** `--threads` */
export function threadsOption(): Option {
  const meaning = "threads that the backend uses (default: its own choice)";
  return new Option("--threads <n>", meaning).argParser(argument(parseThreads));
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
        argument(oneOf(presets)),
      ),
    )
    .addOption(
      new Option(
        "--digits <a,b,...>",
        "the digits to tell apart, or numbers of classes of another set; the first is class 0 (default: 1,7 for article, else all)",
      ).argParser(argument(parseDigits)),
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
      ).argParser(argument(parseHidden)),
    )
    .addOption(
      new Option(
        "--lr <x>",
        "learning rate; but for article the highest of a one-cycle schedule (default: 0.5 for article and cnn, 0.6 for mlp, with adam 0.003 or 0.004)",
      ).argParser(argument(parseRate)),
    )
    .addOption(
      new Option(
        "--seed <n>",
        "seed of the first weights, as in np.random.seed, and of the shuffling (default: 7)",
      ).argParser(argument(parseSeed)),
    )
    .addOption(
      new Option(
        "--batch <n>",
        "images per step; the loss is their mean (default: 1 for article, 32 for mlp and cnn, else 64)",
      ).argParser(argument(parseBatch)),
    )
    .addOption(
      new Option(
        "--optimizer <name>",
        `how weights change: ${optimizers.join(", ")} (default: sgd for article, mlp and cnn, else adam)`,
      ).argParser(argument(parseOptimizer)),
    )
    .addOption(
      new Option("--augment", "turn and move the training images a little at random, each time anew"),
    )
    .addOption(
      new Option(
        "--steps <n>",
        "training steps; after the last image it goes on with the first (default: 200 for article, 4700 for cnn, 3 epochs for mlp, 8 for attention, else 5)",
      ).argParser(argument(wholeNumber(1))),
    )
    .addOption(
      new Option("--epochs <n>", "rounds through the training images, instead of --steps")
        .argParser(argument(wholeNumber(1)))
        .conflicts("steps"),
    )
    .addOption(
      new Option(
        "--eval-every <n>",
        "measure the test accuracy after every n steps, and after the last (default: 1 for article, else those of an epoch)",
      ).argParser(argument(wholeNumber(1))),
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
      ).argParser(argument(notEmpty)),
    )
    .addOption(
      new Option("--save-every <n>", "write the checkpoint after every n steps instead").argParser(
        argument(wholeNumber(1)),
      ),
    )
    .addOption(
      new Option(
        "--resume <file>",
        "go on with the run in a checkpoint, with its options, and keep it there (or in --save)",
      ).argParser(argument(notEmpty)),
    )
    .addOption(new Option("--json", "one JSON object per line on stdout, and nothing else there"))
    .addOption(
      new Option("--plain", "plain lines instead of the dashboard, also on a terminal").conflicts("json"),
    )
    .addOption(
      new Option("--record <file>", "record the dashboard as asciicast v2, for asciinema play")
        .argParser(argument(notEmpty))
        .conflicts(["json", "plain"]),
    )
    .addOption(mouseOption())
    .addOption(
      new Option(
        "--compare <backend>",
        "open on the screen Compare and train on this backend beside the run's own",
      )
        .argParser(argument(notEmpty))
        .conflicts(["json", "plain"]),
    )
    .addOption(
      new Option("--tensorboard <folder>", "write event files for tensorboard --logdir folder").argParser(
        notEmpty,
      ),
    )
    .addOption(
      new Option("--name <text>", "what to call the run where runs are listed").argParser(argument(notEmpty)),
    )
    .addOption(new Option("--no-keep", "do not keep the run among those that gradwerk runs lists"));
}

/** The configuration that the flags ask for: the preset's, with what was given put over it. */
export function resolveConfig(flags: TrainFlags): RunConfig {
  const options = Object.entries(flags).filter(([key]) => Object.hasOwn(articleConfig, key));
  const given: Partial<RunConfig> = Object.fromEntries(options);
  const preset = presetConfigs[given.preset ?? "article"];
  return {
    ...preset,
    ...(given.epochs === undefined ? {} : { steps: null }),
    ...(given.steps === undefined ? {} : { epochs: null }),
    lr: usualRate({ ...preset, ...given }),
    ...given,
  };
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
  return argument(notEmpty)(value);
}
