import { type Command, Option } from "commander";
import { addLookFlags } from "./dashboard-flags.ts";
import type { Work } from "./program.ts";
import { mouseOption } from "./train-flags.ts";
import type { WatchFlags } from "./watch.ts";

/** Adds `gradwerk watch`. */
export function addWatchCommand(program: Command, chosen: (work: Work) => void): void {
  addLookFlags(program.command("watch"))
    .description(
      "Show the training of a program of your own: live on a terminal, as lines or JSON elsewhere.",
    )
    .argument(
      "<target>",
      "a script to run, - for events on stdin, or the name of a socket to listen on (it ends in .sock)",
    )
    .argument("[args...]", "what the script gets")
    .passThroughOptions()
    .addOption(new Option("--json", "the events that were understood, one JSON object a line"))
    .addOption(
      new Option("--plain", "plain lines instead of the dashboard, also on a terminal").conflicts("json"),
    )
    .addOption(
      new Option("--record <file>", "record the dashboard as asciicast v2").conflicts(["json", "plain"]),
    )
    .addOption(mouseOption())
    .addOption(new Option("--name <text>", "what to call its runs where runs are listed"))
    .addOption(new Option("--no-keep", "do not keep its runs among those that gradwerk runs lists"))
    .addOption(new Option("--debug", "show a stack trace with an error"))
    .addHelpText(
      "after",
      `
Examples:
  gradwerk watch my-training.ts --epochs 3    runs it, and shows what it tells
  node my-training.ts | gradwerk watch -      the same through a pipe
  gradwerk watch /tmp/training.sock           shows any program that connects
  gradwerk train --json | gradwerk watch -

A program tells what happens in lines of JSON: {"event":"step","step":1,"loss":0.7,"accuracy":0.4}. @gradwerk/nn/events
writes them; docs/watch-protocol.md describes them.`,
    )
    .action((target: string, args: string[], flags: WatchFlags) =>
      chosen(async () => (await import("./watch.ts")).watchCommand(target, args, flags)),
    );
}
