import { availableParallelism } from "node:os";
import type { BackendChoice } from "../../run/backend-comparison.ts";
import type { KeyBinding } from "../keys.ts";
import { openPrompt } from "../prompt.ts";
import { afterPart, choiceOf, choose, isComparing } from "./compare-choice.ts";

/** Keys of the screen Compare. */
export const compareKeys: readonly KeyBinding[] = [
  {
    keys: ["return"],
    screen: "Compare",
    label: "enter",
    footer: { keys: "enter", words: "compare" },
    help: "compare both backends, or stop that",
    commands: [{ word: "start-or-stop", key: "return" }],
    act: (context) => {
      const { state, view, send } = context;
      if (state.info === undefined) return;
      if (isComparing(state)) send({ type: "stopComparing" });
      else send({ type: "compare", other: choiceOf(view, state.info) });
    },
  },
  {
    keys: ["b", "d", "t", "m"],
    screen: "Compare",
    label: "b d t m",
    help: "the other's backend, dtype, threads, module",
    commands: [
      { word: "other-backend", key: "b", help: "compare with the other backend" },
      { word: "other-dtype", key: "d", help: "compare with the other dtype" },
      { word: "other-threads", key: "t", help: "compare with another number of threads" },
      { word: "module", key: "m", help: "compare with the backend of a module", asks: "module" },
    ],
    act: (context, key) => {
      if (key === "m") context.look(() => ({ prompt: openPrompt("module") }));
      else choose(context, changes[key]);
    },
  },
  {
    keys: ["a"],
    screen: "Compare",
    label: "a",
    help: "differences, losses or parameters, in turn",
    commands: [{ word: "part", key: "a" }],
    act: ({ look }) => look(({ compare }) => ({ compare: { ...compare, part: afterPart[compare.part] } })),
  },
];

const changes: Readonly<Record<string, (choice: BackendChoice) => Partial<BackendChoice>>> = {
  b: ({ backend }) => ({ backend: backend === "cpu" ? "wasm" : "cpu" }),
  d: ({ dtype }) => ({ dtype: dtype === "float32" ? "float64" : "float32" }),
  t: ({ threads }) => ({ threads: moreThreads(threads) }),
};

/** The backend's own choice, then 1, 2, 4 ... up to what the machine has. */
function moreThreads(threads: number | null): number | null {
  if (threads === null) return 1;
  const most = availableParallelism();
  return threads >= most ? null : Math.min(2 * threads, most);
}
