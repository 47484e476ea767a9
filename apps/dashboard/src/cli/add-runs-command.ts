import { type Command, Option } from "commander";
import type { Work } from "./program.ts";
import type { ReportFlags } from "./report.ts";
import type { RunsFlags } from "./runs.ts";

const runMeaning =
  "an id of the list, a part of one, a name, last for the newest, or the path of a run's folder";

/** Adds `gradwerk report`. */
export function addReportCommand(program: Command, chosen: (work: Work) => void): void {
  program
    .command("report")
    .description("Write a run to files that can be shown: a page, charts, its history.")
    .argument("[run]", runMeaning, "last")
    .addOption(new Option("-o, --output <file>", "the page, one HTML file; - is stdout (default: ID.html)"))
    .addOption(new Option("--charts <folder>", "each chart as SVG and as PNG"))
    .addOption(new Option("--csv <file>", "every step as CSV; - is stdout"))
    .addOption(new Option("--ndjson <file>", "every step as the events of train --json; - is stdout"))
    .addOption(new Option("--json", "one JSON object per file written"))
    .addOption(new Option("--debug", "show a stack trace with an error"))
    .addHelpText(
      "after",
      `
Examples:
  gradwerk report last -o report.html         the newest run as a page that needs no network
  gradwerk report k3f9 --charts pictures      accuracy, loss, confusion matrix ... as SVG and PNG
  gradwerk report last --csv - | head         its steps as CSV`,
    )
    .action((run: string, flags: ReportFlags) =>
      chosen(async () => (await import("./report.ts")).reportCommand(run, flags)),
    );
}

/** Adds `gradwerk runs` and what can be done with the runs that are kept. What does it is loaded when it is asked for. */
export function addRunsCommand(program: Command, chosen: (work: Work) => void): void {
  const json = (meaning: string): Option => new Option("--json", meaning);
  const debug = (): Option => new Option("--debug", "show a stack trace with an error");
  const runMeaning =
    "an id of the list, a part of one, a name, last for the newest, or the path of a run's folder";

  const runs = program
    .command("runs")
    .description("List the runs that are kept, show them, compare and remove them.")
    .addHelpText(
      "after",
      `
Examples:
  gradwerk runs                               every run that is kept, the newest first
  gradwerk runs show last                     what the newest one was and came to
  gradwerk runs compare k3f9 last             two runs beside each other: options, accuracy, losses
  gradwerk runs remove k3f9 x0a2              by a part of the id that no other run has

Runs are kept in $GRADWERK_RUNS, or else in gradwerk/runs of the system's folder for data ($XDG_DATA_HOME,
~/.local/share). The newest 200 stay ($GRADWERK_RUNS_MAX; 0 for all). gradwerk train --no-keep keeps none.`,
    );

  runs
    .command("list", { isDefault: true })
    .description("Every run that is kept, the newest first.")
    .addOption(json("one JSON object per run"))
    .addOption(debug())
    .action((flags: RunsFlags) => chosen(async () => (await import("./runs.ts")).listCommand(flags)));

  runs
    .command("show")
    .description("What a run was and what it came to.")
    .argument("<run>", runMeaning)
    .addOption(json("the whole history as one JSON object"))
    .addOption(debug())
    .action((run: string, flags: RunsFlags) =>
      chosen(async () => (await import("./runs.ts")).showCommand(run, flags)),
    );

  runs
    .command("compare")
    .description(
      "Two runs beside each other: what they were told, what they came to, where their losses part.",
    )
    .argument("<a>", runMeaning)
    .argument("<b>", runMeaning)
    .addOption(json("the comparison as one JSON object"))
    .addOption(debug())
    .action((a: string, b: string, flags: RunsFlags) =>
      chosen(async () => (await import("./runs.ts")).compareCommand(a, b, flags)),
    );

  runs
    .command("remove")
    .description("Remove runs for good.")
    .argument("<run...>", "ids of the list, parts of them, or last")
    .addOption(new Option("--force", "also those that are still running"))
    .addOption(json("one JSON object per run removed"))
    .addOption(debug())
    .action((wanted: string[], flags: RunsFlags) =>
      chosen(async () => (await import("./runs.ts")).removeCommand(wanted, flags)),
    );
}
