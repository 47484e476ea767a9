import type { KeyBinding, KeyContext } from "../keys.ts";
import { initialMathChoice, type MathChoice } from "./choice.ts";
import type { MathPage, Scene } from "./page.ts";
import { pageAt, pagesOf } from "./pages.ts";
import { sceneOf } from "./scene.ts";
import { toggledBranch, treePage } from "./tree-page.ts";

/** Rows that a whole page of a list has for the keys that leap. */
const leap = 10;

const steps: Readonly<Record<string, number>> = {
  down: 1,
  up: -1,
  pagedown: leap,
  pageup: -leap,
  "]": 1,
  "[": -1,
};

/** Keys of the screen Math. */
export const mathKeys: readonly KeyBinding[] = [
  {
    keys: ["right", "left"],
    screen: "Math",
    label: "→  ←",
    footer: { keys: "→ ←", words: "page" },
    help: "the next page of the step, or the one before",
    commands: [
      { word: "next-page", key: "right", help: "the next page of the step taken apart" },
      { word: "page-before", key: "left", help: "the page before of the step taken apart" },
    ],
    act: ({ look }, key) =>
      look(({ math }) => ({ math: { ...math, page: math.page + (key === "right" ? 1 : -1), line: 0 } })),
  },
  {
    keys: ["down", "up", "pagedown", "pageup"],
    screen: "Math",
    label: "↓  ↑",
    help: "another unit, weight or branch of the page",
    commands: [
      { word: "next-unit", key: "down", help: "the next unit, weight or branch of the page" },
      { word: "unit-before", key: "up", help: "the unit, weight or branch before" },
    ],
    act: (context, key) => change(context, ({ down }, scene) => down?.change(scene, steps[key])),
  },
  {
    keys: ["]", "["],
    screen: "Math",
    label: "]  [",
    help: "another input: a pixel, or a unit below",
    commands: [
      { word: "next-input", key: "]", help: "the next input: a pixel, or a unit below" },
      { word: "input-before", key: "[", help: "the input before" },
    ],
    act: (context, key) => change(context, ({ across }, scene) => across?.change(scene, steps[key])),
  },
  {
    keys: ["return", "a"],
    screen: "Math",
    label: "enter a",
    help: "open a branch; let the step choose again",
    commands: [
      { word: "open-branch", key: "return", help: "open the branch of the tree, or close it" },
      { word: "choose-again", key: "a", help: "let the step choose what is followed" },
    ],
    act: (context, key) =>
      change(context, (page, scene) => {
        if (key === "return") return page === treePage ? toggledBranch(scene) : {};
        const { way, parameter, number } = initialMathChoice;
        return { way, parameter, number };
      }),
  },
];

/** Changes the choice by what the page that is shown makes of a key. */
function change(
  { state, view, look }: KeyContext,
  changed: (page: MathPage, scene: Scene) => Partial<MathChoice> | undefined,
): void {
  const scene = sceneOf(state, view.math);
  if (scene === undefined) return;
  const pages = pagesOf(scene.anatomy);
  const page = pages[pageAt(pages, view.math.page)];
  look(({ math }) => ({ math: { ...math, ...changed(page, scene) } }));
}
