import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { DashboardPayload } from "../workloads/dashboard.ts";
import { OpenDashboard } from "./dashboard-terminal.ts";
import { cpuSeconds, megabytesOf } from "./process-use.ts";
import type { CaseRun, Placement, Prepared } from "./protocol.ts";

/** What a run that trained to its end took. */
interface Trained {
  readonly steps: number;
  readonly seconds: number;
  /** Memory of its process at the end. */
  readonly megabytes: number;
}

/** The dashboard of the built command `gradwerk`, in a pseudo-terminal of its own for each run. */
export async function prepare(payload: DashboardPayload, { backend, threads }: Placement): Promise<Prepared> {
  const flags = ["--preset", "mlp", "--backend", backend, "--threads", `${threads}`];
  const { epochs, presses, idleSeconds } = payload;

  const opened = async <T>(
    more: readonly string[],
    use: (dashboard: OpenDashboard) => Promise<T>,
  ): Promise<T> => {
    const runs = await mkdtemp(join(tmpdir(), "gradwerk-bench-"));
    const dashboard = new OpenDashboard([...flags, ...more], runs);
    try {
      return await use(dashboard);
    } finally {
      await dashboard.close();
      await rm(runs, { recursive: true, force: true });
    }
  };
  // Measured as often with the dashboard and without, or one of them would have more to do.
  const full = ["--pace", "full", "--eval-every", "100", "--epochs"];

  /** Trains to the end in the dashboard, and then the same run without. */
  const both = (): Promise<readonly [shown: Trained, alone: Trained]> =>
    opened([...full, `${epochs}`], async (dashboard) => {
      await dashboard.shows(/finished/);
      const megabytes = await megabytesOf(dashboard.pid);
      const { config, ending } = await dashboard.leave();
      const shown = { steps: ending.steps, seconds: ending.seconds.total, megabytes };
      return [shown, await trainAlone(config)];
    });
  const answerTimes = (): Promise<number[]> =>
    opened([...full, "1000"], async (dashboard) => {
      await dashboard.shows(/step [1-9]/);
      const times: number[] = [];
      for (let press = 0; press < presses; press++) {
        // At no fixed place between two frames.
        await wait(80 + 37 * (press % 5));
        times.push(await dashboard.answers("?", press % 2 === 0 ? /\? closes/ : /^(?![\s\S]*\? closes)/));
      }
      return times.sort((a, b) => a - b);
    });

  const cases: Readonly<Record<string, () => Promise<CaseRun>>> = {
    async throughput() {
      const [shown, alone] = await both();
      const value = (100 * (shown.steps / shown.seconds)) / (alone.steps / alone.seconds);
      return { value, proof: [shown.steps, alone.steps] };
    },
    async memory() {
      const [shown, alone] = await both();
      return { value: shown.megabytes - alone.megabytes, proof: [shown.steps, alone.steps] };
    },
    async "key, median"() {
      const times = await answerTimes();
      return { value: times[Math.floor(times.length / 2)], proof: [times.length] };
    },
    async "key, p95"() {
      const times = await answerTimes();
      return { value: times[Math.ceil(0.95 * times.length) - 1], proof: [times.length] };
    },
    "first frame": () =>
      opened([], async (dashboard) => ({ value: await dashboard.shows(/gradwerk/), proof: [1] })),
    "first step": () =>
      opened([], async (dashboard) => ({ value: await dashboard.shows(/step [1-9]/), proof: [1] })),
    idle: () =>
      opened(["--paused"], async (dashboard) => {
        await dashboard.shows(/paused/);
        // What the start left to be done is no idling.
        await wait(1500);
        const before = await cpuSeconds(dashboard.pid);
        await wait(1000 * idleSeconds);
        const spent = (await cpuSeconds(dashboard.pid)) - before;
        return { value: (100 * spent) / idleSeconds, proof: [idleSeconds] };
      }),
  };
  return {
    version: "workspace",
    dtype: "float32",
    // Processor time in parts of a second is read from Linux's /proc.
    cases: Object.keys(cases).filter((id) => id !== "idle" || process.platform === "linux"),
    run: (caseId) => cases[caseId](),
  };
}

async function trainAlone(config: unknown): Promise<Trained> {
  // .ts from the sources, .js once built
  const script = fileURLToPath(new URL(`./train-alone${import.meta.url.slice(-3)}`, import.meta.url));
  const args = [...process.execArgv, script, JSON.stringify(config)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}
