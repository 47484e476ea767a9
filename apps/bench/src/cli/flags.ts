import { Command, InvalidArgumentError, Option } from "commander";
import { suggestion } from "../errors.ts";
import { backends, type MeasuredBackend } from "../systems/backends.ts";
import { type PeerChoice, peers } from "../systems/peers.ts";
import type { Workload } from "../workloads/workload.ts";
import { workloads } from "../workloads.ts";

/** What was asked for. */
export interface BenchFlags {
  readonly workload: readonly Workload[];
  /** Absent: all, each in the workloads that it is not too slow for. */
  readonly backend?: readonly MeasuredBackend[];
  readonly peers: PeerChoice;
  /** `-` is stdout. */
  readonly json?: string;
  readonly html?: string;
  readonly compare?: string;
  readonly quick: boolean;
  readonly debug: boolean;
}

/** The command line. Parsing does nothing but read the flags. */
export function buildCommand(): Command {
  const workloadNames = workloads.map(({ name }) => name);
  const backendNames = backends.map(({ name }) => name);
  const peerNames = peers.map(({ name }) => name);
  return new Command("bench")
    .description("Measure Gradwerk and its peers on the same work, in turn, and say how they compare.")
    .addOption(
      new Option("--workload <name,...>", `what to measure: ${workloadNames.join(", ")}`)
        .argParser((value) =>
          namesIn(value, workloadNames).flatMap((name) => workloads.filter((w) => w.name === name)),
        )
        .default(workloads, "all"),
    )
    .addOption(
      new Option(
        "--backend <name,...>",
        `Gradwerk on what: ${backendNames.join(", ")} (default: all, but none where it takes minutes)`,
      ).argParser((value) =>
        namesIn(value, backendNames).flatMap((name) => backends.filter((b) => b.name === name)),
      ),
    )
    .addOption(
      new Option(
        "--peers <name,...>",
        `against whom: ${peerNames.join(", ")}; none; all that are on this machine`,
      )
        .argParser((value): PeerChoice => {
          if (value === "all") return value;
          return value === "none" ? [] : namesIn(value, peerNames, ["none", "all"]);
        })
        .default("all"),
    )
    .addOption(
      new Option(
        "--json <file>",
        "write a row a line, as JSON; - is stdout, and then nothing else is written there",
      ),
    )
    .addOption(new Option("--html <file>", "write a page with everything, tables and pictures"))
    .addOption(new Option("--compare <file>", "an earlier --json file: say how each ratio changed since"))
    .addOption(new Option("--quick", "fewer runs, less data: a first look").default(false))
    .addOption(new Option("--debug", "show a stack trace with an error").default(false))
    .allowExcessArguments(false)
    .exitOverride()
    .showHelpAfterError("(--help shows every flag)")
    .addHelpText(
      "after",
      `
Examples:
  pnpm bench                                   everything, against every peer that is here
  pnpm bench --workload article --peers numpy  the article's experiment against NumPy alone
  pnpm bench --workload mlp --peers prototype  a small network against the same by hand
  pnpm -s bench --quick --json - | jq .ratio   rows for a program
  pnpm bench --json now.ndjson --compare before.ndjson`,
    );
}

/**
 * Names out of `a,b`, each once.
 *
 * @throws InvalidArgumentError naming the nearest valid one
 */
function namesIn(value: string, valid: readonly string[], others: readonly string[] = []): string[] {
  const names = value.split(",").map((name) => name.trim());
  const words = [...valid, ...others];
  for (const name of names) {
    if (valid.includes(name)) continue;
    if (others.includes(name)) throw new InvalidArgumentError(`${name} stands alone, without other names.`);
    throw new InvalidArgumentError(
      `There is no '${name}'.${suggestion(name, words)} Valid: ${words.join(", ")}.`,
    );
  }
  return [...new Set(names)];
}
