import type { KeyBinding } from "../keys.ts";
import type { View } from "../view.ts";

const after: Readonly<Record<View["section"], View["section"]>> = {
  confusion: "scores",
  scores: "mistakes",
  mistakes: "confusion",
};

/** Keys of the screen Results. */
export const resultsKeys: readonly KeyBinding[] = [
  {
    keys: ["a"],
    screen: "Results",
    label: "a",
    help: "confusion, scores or mistakes, one at a time",
    commands: [{ word: "other-part", key: "a" }],
    act: ({ look }) => look(({ section }) => ({ section: after[section] })),
  },
  {
    keys: ["down", "up", "pagedown", "pageup"],
    screen: "Results",
    label: "↓  ↑",
    help: "more classes, where there are many",
    commands: [
      { word: "more-classes", key: "down" },
      { word: "classes-before", key: "up", help: "the classes before, where there are many" },
    ],
    act: ({ look }, key) => look(({ page }) => ({ page: key.endsWith("down") ? page + 1 : page - 1 })),
  },
  {
    keys: ["right", "left"],
    screen: "Results",
    label: "→  ←",
    help: "the next worst mistake, or the one before",
    commands: [
      { word: "next-mistake", key: "right", help: "the next worst mistake" },
      { word: "mistake-before", key: "left", help: "the worse mistake before" },
    ],
    act: ({ look }, key) => look(({ mistake }) => ({ mistake: key === "right" ? mistake + 1 : mistake - 1 })),
  },
];
