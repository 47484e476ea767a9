import { homedir } from "node:os";
import { join, win32 } from "node:path";

/** Environment variables by name; an empty one counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder under which Gradwerk keeps what it downloads: `GRADWERK_CACHE`, else `gradwerk` in the system's cache
 * folder: `XDG_CACHE_HOME` or `~/.cache` on Linux, `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows.
 *
 * @param environment - default: the process's.
 * @param platform - default: the process's.
 *
 * Source: XDG Base Directory Specification 0.8 for Linux, which also says to ignore a relative path.
 *
 * @example
 * ```ts
 * import { defaultCacheDirectory } from "@gradwerk/mnist/node";
 *
 * defaultCacheDirectory({ GRADWERK_CACHE: "/data/cache" }); // "/data/cache"
 * ```
 */
export function defaultCacheDirectory(
  environment: Environment = process.env,
  platform: string = process.platform,
): string {
  const { GRADWERK_CACHE: own, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = environment;
  if (own) return own;
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "gradwerk");
  if (platform === "win32")
    return win32.join(local || win32.join(homedir(), "AppData", "Local"), "gradwerk", "Cache");
  return join(xdg?.startsWith("/") ? xdg : join(homedir(), ".cache"), "gradwerk");
}
