import {
  type DashboardOptions,
  type DashboardOutcome,
  openDashboard,
} from "../../src/interface/open-dashboard.tsx";
import type { Pace, RunInfo, RunStatus } from "../../src/run/protocol.ts";
import { FakeTerminal, settled } from "./fake-terminal.ts";
import { articleInfo, reportsOf, ScriptedRun } from "./scripted-run.ts";

/** A dashboard on a run that took 20 steps. */
export interface OpenedRun {
  readonly run: ScriptedRun;
  readonly terminal: FakeTerminal;
  readonly left: Promise<DashboardOutcome>;
}

export interface OpenRunOptions {
  readonly status?: RunStatus;
  readonly pace?: Pace;
  readonly columns?: number;
  readonly rows?: number;
  readonly info?: RunInfo;
  /** What the dashboard is opened with. */
  readonly dashboard?: Partial<DashboardOptions>;
}

const opened: OpenedRun[] = [];

export async function openRun(options: OpenRunOptions = {}): Promise<OpenedRun> {
  const { status = "running", pace = 40, columns = 80, rows = 24, info = articleInfo() } = options;
  const run = new ScriptedRun();
  const terminal = new FakeTerminal(columns, rows);
  const { stdout, stdin } = terminal;
  const left = openDashboard(run, { stdout, stdin, colorLevel: "none", ...options.dashboard });
  opened.push({ run, terminal, left });
  run.tell(
    { type: "ready", info },
    { type: "steps", reports: reportsOf(info, 1, 20), seconds: { train: 0, evaluate: 0, total: 0.5 } },
    { type: "status", status, pace },
  );
  await settled();
  return { run, terminal, left };
}

/** Leaves every dashboard that a test opened. */
export async function closeRuns(): Promise<void> {
  for (const { terminal, left } of opened.splice(0)) {
    terminal.keyboard.write("\u0003");
    await left;
  }
}
