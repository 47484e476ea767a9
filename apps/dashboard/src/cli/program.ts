import { Command, Option } from "commander";
import { version } from "../version.ts";
import { addModelCommands } from "./add-model-commands.ts";
import { addReportCommand, addRunsCommand } from "./add-runs-command.ts";
import { addWatchCommand } from "./add-watch-command.ts";
import type { ConformanceFlags } from "./conformance.ts";
import { addLookFlags, addOpeningFlags } from "./dashboard-flags.ts";
import { type DataFlags, dataCommand } from "./data.ts";
import { trainCommand } from "./train.ts";
import {
  addTrainFlags,
  backendOption,
  floatOption,
  parseDataSource,
  type TrainFlags,
  threadsOption,
} from "./train-flags.ts";

/** Does what was asked for and resolves to the exit code. */
export type Work = () => Promise<number>;

/** The command-line interface. `chosen` is told what the person asked for; nothing is done while parsing. */
export function buildProgram(chosen: (work: Work) => void): Command {
  const program = new Command("gradwerk")
    .description(
      "Watch a neural network learn in your terminal. Without a command: the article's experiment, live.",
    )
    .version(version)
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError("(gradwerk --help shows every command and flag)")
    .addHelpText(
      "after",
      `
Examples:
  gradwerk                                    the dashboard: digits 1 and 7, 200 steps
  gradwerk --digits 3,8 --hidden 16           the dashboard on other digits and a larger network
  gradwerk --record run.cast                  the dashboard as a film, for asciinema play
  gradwerk train --plain                      the same run as plain lines
  gradwerk watch my-training.ts               the dashboard on a program of your own
  gradwerk runs                               the runs so far
  gradwerk report last -o report.html         the last one as a page to show
  gradwerk data                               where MNIST was found, and whether it is intact`,
    );

  const debug = (): Option => new Option("--debug", "show a stack trace with an error");

  addOpeningFlags(addLookFlags(addTrainFlags(program.command("train", { isDefault: true }))))
    .description("Train a network: live on a terminal, as lines or JSON elsewhere.")
    .addOption(debug())
    .addHelpText(
      "after",
      `
Examples:
  gradwerk train                              the article's run, number for number
  gradwerk train --json > run.ndjson          one JSON object per step
  gradwerk train --tensorboard logs           also for tensorboard --logdir logs
  gradwerk train --preset mlp --plain         all of MNIST as fast as it goes, 98 % of the test images
  gradwerk train --preset mlp --data ./fashion-mnist   another set of such files, told by its folder's name
  gradwerk train --preset mlp --save run.safetensors   keep it: killed, it goes on to the same bits with
  gradwerk train --resume run.safetensors
  gradwerk train --seed 42 --digits 3,8 --lr 0.3 --hidden 16 --steps 300
  gradwerk train --digits 0,1,2,3,4,5,6,7,8,9 --train 0:2000 --epochs 2 --eval-every 100`,
    )
    .action((flags: TrainFlags) => chosen(() => trainCommand(flags)));

  program
    .command("data")
    .description("Say where MNIST was found, check it, download it where it is missing.")
    .addOption(
      new Option("--data <where>", "auto, package, download, or a folder with the IDX files")
        .argParser(parseDataSource)
        .default("auto"),
    )
    .addOption(new Option("--json", "the report as one JSON object"))
    .addOption(debug())
    .addHelpText(
      "after",
      `
Examples:
  gradwerk data                               find it and check every byte
  gradwerk data --data download               fetch it into the cache
  gradwerk data --data ./fashion-mnist        look at a folder of your own`,
    )
    .action((flags: DataFlags) => chosen(() => dataCommand(flags)));

  addModelCommands(program, chosen);
  addRunsCommand(program, chosen);
  addReportCommand(program, chosen);
  addWatchCommand(program, chosen);

  program
    .command("conformance")
    .description("Run the conformance kit on a backend: exit 0 only if nothing failed.")
    .addOption(backendOption().default("cpu"))
    .addOption(floatOption("only (default: both)"))
    .addOption(threadsOption())
    .addOption(new Option("--cases <file>", "run the published cases of this file and nothing else"))
    .addOption(new Option("--only <pattern>", "only cases whose section and name match"))
    .addOption(new Option("--json", "one JSON object per case on stdout"))
    .addOption(new Option("--bench", "measure the kernels instead of testing them"))
    .addOption(debug())
    .addHelpText(
      "after",
      `
Examples:
  gradwerk conformance --backend cpu          the whole kit, as a table
  gradwerk conformance --backend ./my-backend.js --dtype float32 --json
  gradwerk conformance --backend cpu --only "kernels matmul"
  gradwerk conformance --backend cpu --bench --only matmul`,
    )
    .action((flags: ConformanceFlags) =>
      // Loaded only when it is asked for: the kit brings data and the whole of nn.
      chosen(async () => (await import("./conformance.ts")).conformanceCommand(flags)),
    );

  return program;
}
