import { emptyDrawing, movePen, togglePen } from "./drawing-pad.ts";
import type { KeyBinding, KeyContext } from "./keys.ts";
import { openPrompt } from "./prompt.ts";
import type { Attempt } from "./view.ts";

const directions: Readonly<Record<string, readonly [right: number, down: number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** Keys of the screen Try. */
export const tryKeys: readonly KeyBinding[] = [
  {
    keys: Object.keys(directions),
    screen: "Try",
    label: "arrows",
    help: "move the pen",
    commands: [],
    act: ({ look }, key) => {
      const [right, down] = directions[key] ?? [0, 0];
      look(({ attempt }) => ({ attempt: drawn(attempt, (drawing) => movePen(drawing, right, down)) }));
    },
  },
  {
    keys: ["space", "x"],
    screen: "Try",
    label: "space  x",
    help: "put the pen, or the eraser, down or up",
    commands: [
      { word: "pen", key: "space", help: "put the pen down or up" },
      { word: "eraser", key: "x", help: "put the eraser down or up" },
    ],
    act: ({ look }, key) => {
      const pen = key === "space" ? "draws" : "erases";
      look(({ attempt }) => ({ attempt: drawn(attempt, (drawing) => togglePen(drawing, pen)) }));
    },
  },
  {
    keys: ["c"],
    screen: "Try",
    label: "c",
    help: "clear the drawing",
    commands: [{ word: "clear", key: "c" }],
    act: ({ look }) => look(() => ({ attempt: { drawing: emptyDrawing } })),
  },
  {
    keys: ["t"],
    screen: "Try",
    label: "t",
    help: "show the network a test image by its number",
    commands: [{ word: "test-image", key: "t", asks: "testImage" }],
    act: ({ look }) => look(() => ({ prompt: openPrompt("testImage") })),
  },
  {
    keys: ["n", "b"],
    screen: "Try",
    label: "n  b",
    help: "the next test image, or the one before",
    commands: [
      { word: "next-image", key: "n", help: "the next test image" },
      { word: "image-before", key: "b", help: "the test image before" },
    ],
    act: (context, key) => leaf(context, key === "n" ? 1 : -1),
  },
  {
    keys: ["p"],
    screen: "Try",
    label: "p",
    help: "pause the run, or let it go on",
    commands: [],
    act: ({ state, send }) => {
      if (state.status === "running") send({ type: "pause" });
      else if (state.status === "paused") send({ type: "resume" });
    },
  },
];

/** Whoever takes the pen draws on the drawing, not on a test image. */
function drawn({ drawing }: Attempt, change: (drawing: Attempt["drawing"]) => Attempt["drawing"]): Attempt {
  return { drawing: change(drawing) };
}

function leaf({ state, look }: KeyContext, by: 1 | -1): void {
  const count = state.info?.testCount ?? 0;
  if (count === 0) return;
  look(({ attempt }) => {
    const before = attempt.testImage ?? (by === 1 ? -1 : 0);
    return { attempt: { ...attempt, testImage: (before + by + count) % count } };
  });
}
