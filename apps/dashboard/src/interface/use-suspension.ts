import { setTimeout as wait } from "node:timers/promises";
import { useApp } from "ink";
import { useEffect, useEffectEvent, useRef } from "react";
import type { MouseKeyboard } from "../mouse/keyboard.ts";

/** Milliseconds until a program that was told to stop has stopped; one that nobody could wake does not. */
const stopsWithin = 100;

/**
 * Stops the program, as a shell's job that `fg` takes up again: by the signal SIGTSTP, or by the function that comes back,
 * for Ctrl-Z. Meanwhile the terminal is as it was.
 */
export function useSuspension(mouse: MouseKeyboard | undefined): () => void {
  const { suspendTerminal } = useApp();
  const isSuspended = useRef(false);
  const suspend = useEffectEvent(async (): Promise<void> => {
    // Windows has no jobs.
    if (isSuspended.current || process.platform === "win32") return;
    isSuspended.current = true;
    await suspendTerminal(async () => {
      mouse?.pause();
      await stopped();
    });
    mouse?.resume();
    isSuspended.current = false;
  });
  useEffect(() => {
    const onSignal = (): void => void suspend();
    process.on("SIGTSTP", onSignal);
    return () => void process.off("SIGTSTP", onSignal);
  }, []);
  return () => process.emit("SIGTSTP", "SIGTSTP");
}

/** Resolves when the process goes on after it was stopped, with those that it was started with. */
async function stopped(): Promise<void> {
  const others = process.listeners("SIGTSTP");
  process.removeAllListeners("SIGTSTP");
  process.kill(0, "SIGTSTP");
  await wait(stopsWithin);
  for (const listener of others) process.on("SIGTSTP", listener);
}
