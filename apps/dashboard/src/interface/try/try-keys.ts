import type { KeyBinding, KeyContext } from "../keys.ts";
import { openPrompt } from "../prompt.ts";
import type { Attempt } from "../view.ts";
import { emptyDrawing, movePen, pixelsOnPad, togglePen } from "./drawing-pad.ts";

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
    footer: { keys: "space", words: "pen" },
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
    keys: ["t", "n", "b"],
    screen: "Try",
    label: "t  n  b",
    footer: { keys: "t", words: "test image" },
    help: "a test image by its number; next, before",
    commands: [
      {
        word: "test-image",
        key: "t",
        help: "show the network a test image by its number",
        asks: "testImage",
      },
      { word: "next-image", key: "n", help: "the next test image" },
      { word: "image-before", key: "b", help: "the test image before" },
    ],
    act: (context, key) => {
      if (key === "t") context.look(() => ({ prompt: openPrompt("testImage") }));
      else leaf(context, key === "n" ? 1 : -1);
    },
  },
  {
    keys: ["f", "d"],
    screen: "Try",
    label: "f  d",
    footer: { keys: "f", words: "picture" },
    help: "a picture from a file; draw on a test image",
    commands: [
      { word: "open-file", key: "f", help: "start from a picture in a file", asks: "picture" },
      { word: "draw-on", key: "d", help: "draw on the test image that is shown" },
    ],
    act: (context, key) => {
      if (key === "f") context.look(() => ({ prompt: openPrompt("picture") }));
      else drawOnShown(context);
    },
  },
  {
    keys: ["c", "p"],
    screen: "Try",
    label: "c  p",
    help: "clear the drawing; pause, or let it go on",
    commands: [{ word: "clear", key: "c", help: "clear the drawing" }],
    act: ({ state, send, look }, key) => {
      if (key === "c") look(() => ({ attempt: { drawing: emptyDrawing } }));
      else if (state.status === "running") send({ type: "pause" });
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

/** Makes a test image that the network was shown the drawing. */
function drawOnShown({ state, view, look, say }: KeyContext): void {
  const { prediction } = state.inspected;
  const { testImage } = view.attempt;
  if (testImage === undefined) say("No test image is shown: t asks for one.");
  // Its pixels come with what the network says of it.
  if (testImage === undefined || prediction?.testImage?.index !== testImage) return;
  look(() => ({ attempt: { drawing: { ...emptyDrawing, pixels: pixelsOnPad(prediction) } } }));
}
