import { setTimeout as wait } from "node:timers/promises";
import { useApp } from "ink";
import { useEffect, useEffectEvent, useRef } from "react";
import type { MouseKeyboard } from "../mouse/keyboard.ts";

/** Milliseconds until a program that was told to stop has stopped; one that nobody could wake does not. */
const stopsWithin = 100;

/**
 * Stops the program, as a shell's job that `fg` takes up again: by the signal SIGTSTP, or by the function that comes back,
 * for Ctrl-Z. Meanwhile the terminal is as it was.
 *
 * @param stop stops the process, which goes on at its end. Default: nothing is stopped
 */
export function useSuspension(
  stop: (() => void) | undefined,
  mouse: MouseKeyboard | undefined,
): () => Promise<void> {
  const { suspendTerminal } = useApp();
  const isSuspended = useRef(false);
  const suspend = async (): Promise<void> => {
    if (stop === undefined || isSuspended.current) return;
    isSuspended.current = true;
    await suspendTerminal(async () => {
      mouse?.pause();
      process.off("SIGTSTP", onSignal.current);
      stop();
      await wait(stopsWithin);
      process.on("SIGTSTP", onSignal.current);
    });
    mouse?.resume();
    isSuspended.current = false;
  };
  const latest = useEffectEvent(suspend);
  const onSignal = useRef(() => {});
  useEffect(() => {
    if (stop === undefined) return;
    onSignal.current = () => void latest();
    process.on("SIGTSTP", onSignal.current);
    return () => void process.off("SIGTSTP", onSignal.current);
  }, [stop]);
  return suspend;
}
