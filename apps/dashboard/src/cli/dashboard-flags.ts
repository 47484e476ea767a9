import { type Command, Option } from "commander";
import type { Ground } from "../drawing/color.ts";
import { groundFromVariables, needsAscii } from "../drawing/terminal-kind.ts";
import { screenNames } from "../interface/screen-names.ts";
import { oneOf, parsePace } from "../run/option-values.ts";
import type { Pace } from "../run/protocol.ts";
import { argument } from "./argument.ts";

const screens = screenNames.map((name) => name.toLowerCase());
const themes = ["auto", "dark", "light"] as const;

/** The flags that say how the dashboard looks. */
export interface LookFlags {
  readonly theme?: (typeof themes)[number];
  readonly ascii?: boolean;
  readonly screenReader?: boolean;
}

/** The flags that say how the dashboard begins. */
export interface OpeningFlags {
  readonly screen?: string;
  readonly pace?: Pace;
  readonly paused?: boolean;
}

/** How the dashboard looks. */
export interface Look {
  readonly ground: Ground;
  readonly ascii: boolean;
  readonly screenReader: boolean;
}

/** Adds the flags that say how the dashboard looks to a command that opens it. */
export function addLookFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--theme <name>",
        "colours for a dark or a light background: auto, dark or light (default: auto)",
      ).argParser(argument(oneOf(themes))),
    )
    .addOption(
      new Option(
        "--ascii",
        "draw with the characters of ASCII only (the default where the locale is not UTF-8)",
      ),
    )
    .addOption(new Option("--no-ascii", "draw with all signs, whatever the locale says"))
    .addOption(new Option("--screen-reader", "words instead of pictures, for a screen reader"));
}

/** Adds the flags that say how the dashboard begins. */
export function addOpeningFlags(command: Command): Command {
  return command
    .addOption(
      new Option("--screen <name>", `the dashboard's first screen: ${screens.join(", ")}`).argParser(
        argument(oneOf(screens)),
      ),
    )
    .addOption(
      new Option("--pace <n>", "steps a second that the dashboard aims for, or full (default: 40)").argParser(
        argument(parsePace),
      ),
    )
    .addOption(new Option("--paused", "the dashboard waits before the first step"));
}

/** Milliseconds that a terminal gets to say what its background is, while the interface loads. */
const patience = 150;

/** How the dashboard looks on a terminal with these flags; finds out what they leave open. */
export async function lookOf(
  { theme = "auto", ascii, screenReader }: LookFlags,
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
): Promise<Look> {
  const { env } = process;
  const reads = screenReader ?? env.INK_SCREEN_READER === "true";
  const found = async (): Promise<Ground> => {
    const told = groundFromVariables(env);
    if (told !== undefined || reads) return told ?? "dark";
    const { askGround } = await import("../interface/ask-ground.ts");
    return (await askGround(stdin, stdout, patience)) ?? "dark";
  };
  return {
    ground: theme === "auto" ? await found() : theme,
    ascii: ascii ?? needsAscii(env),
    screenReader: reads,
  };
}
