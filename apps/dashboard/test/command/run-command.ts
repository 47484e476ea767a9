import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The built command. */
export const cliPath: string = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

/** What a finished command left behind. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command without a terminal. `during` may act on it while it runs. */
export function runCommand(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly during?: (
      child: { kill(signal: NodeJS.Signals): void; closeStdout(): void },
      stdout: string,
    ) => void;
  } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cliPath, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      options.during?.(
        { kill: (signal) => child.kill(signal), closeStdout: () => child.stdout.destroy() },
        stdout,
      );
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A run that takes a moment: few images, nothing but the parts that a test is about. */
export const quick: readonly string[] = ["--train", "0:10", "--test", "10:30", "--steps", "5"];
