/** Stops the program and those it was started with, as a shell's job that `fg` takes up again; Windows has no jobs. */
export const stopAsJob: (() => void) | undefined =
  process.platform === "win32" ? undefined : () => void process.kill(0, "SIGTSTP");
