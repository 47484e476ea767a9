import { screens } from "../../src/interface/screens.tsx";

/** The key that shows a screen. */
export function keyOf(name: string): string {
  const screen = screens.find((candidate) => candidate.name === name);
  if (screen === undefined) throw new Error(`no screen is called ${name}`);
  return String(screen.number);
}
