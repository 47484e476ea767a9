import type { KeyBinding, KeyContext } from "../keys.ts";
import { openPrompt } from "../prompt.ts";
import { imageCount, sheetImages } from "./data-images.ts";
import { sheetSide } from "./data-layout.ts";

const moves: Readonly<Record<string, number>> = {
  left: -1,
  right: 1,
  up: -sheetSide,
  down: sheetSide,
  pageup: -sheetImages,
  pagedown: sheetImages,
};

/** Keys of the screen Data. */
export const dataKeys: readonly KeyBinding[] = [
  {
    keys: ["left", "right", "up", "down", "pagedown", "pageup"],
    screen: "Data",
    label: "arrows",
    help: "choose an image (page down: 100 further)",
    commands: [
      { word: "images-on", key: "pagedown", help: "the next hundred images" },
      { word: "images-back", key: "pageup", help: "the hundred images before" },
    ],
    act: (context, key) => moveChosen(context, moves[key] ?? 0),
  },
  {
    keys: ["return", "escape"],
    screen: "Data",
    label: "enter",
    footer: { keys: "enter", words: "pixels" },
    help: "the image large with its pixels, and back",
    commands: [{ word: "pixels", key: "return" }],
    act: ({ look }, key) => look(({ isLarge }) => ({ isLarge: key === "return" && !isLarge })),
  },
  {
    keys: ["a", "g"],
    screen: "Data",
    label: "a  g",
    footer: { keys: "a", words: "all/chosen" },
    help: "all or the chosen classes; an image by number",
    commands: [
      { word: "other-sheet", key: "a", help: "change between all and the chosen classes" },
      { word: "image", key: "g", help: "choose an image by its number", asks: "image" },
    ],
    act: ({ look }, key) => {
      if (key === "g") look(() => ({ prompt: openPrompt("image") }));
      else look(({ sheet }) => ({ sheet: sheet === "all" ? "chosen" : "all" }));
    },
  },
];

function moveChosen({ state: { info }, look }: KeyContext, by: number): void {
  if (info === undefined) return;
  look(({ sheet, chosenImage }) => {
    const last = imageCount(info, sheet) - 1;
    const place = Math.max(0, Math.min(last, chosenImage[sheet] + by));
    return { chosenImage: { ...chosenImage, [sheet]: place } };
  });
}
