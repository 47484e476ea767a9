import { homedir } from "node:os";
import { posix, resolve, win32 } from "node:path";

/** Environment variables by name; an empty one counts as unset. */
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The folder in which runs are kept: `GRADWERK_RUNS`, else `gradwerk/runs` in the system's folder for data:
 * `XDG_DATA_HOME` or `~/.local/share` on Linux, `~/Library/Application Support` on macOS (`XDG_DATA_HOME` where it is
 * set), `%LOCALAPPDATA%` on Windows.
 *
 * Source: XDG Base Directory Specification 0.8, which also says to ignore a relative path.
 *
 * @example
 * runsFolder({ XDG_DATA_HOME: "/data" }, "linux"); // "/data/gradwerk/runs"
 */
export function runsFolder(
  variables: Variables = process.env,
  platform: string = process.platform,
  home: string = homedir(),
): string {
  const { GRADWERK_RUNS: own, XDG_DATA_HOME: xdg, LOCALAPPDATA: local } = variables;
  if (own) return resolve(own);
  if (platform === "win32") {
    return win32.join(local || win32.join(home, "AppData", "Local"), "gradwerk", "runs");
  }
  if (xdg?.startsWith("/")) return posix.join(xdg, "gradwerk", "runs");
  const share = platform === "darwin" ? ["Library", "Application Support"] : [".local", "share"];
  return posix.join(home, ...share, "gradwerk", "runs");
}

const defaultMost = 200;

/** How many runs are kept, the newest ones: `GRADWERK_RUNS_MAX`, else 200; 0 keeps all. */
export function mostRuns(variables: Variables = process.env): number {
  const { GRADWERK_RUNS_MAX: own } = variables;
  return own !== undefined && /^\d{1,9}$/.test(own) ? Number(own) : defaultMost;
}
