import { availableParallelism } from "node:os";
import type { BackendChoice } from "../run/backend-comparison.ts";
import { choiceOf, isComparing } from "./compare-choice.ts";
import type { KeyBinding, KeyContext } from "./keys.ts";
import type { View } from "./view.ts";

type Part = View["compare"]["part"];

const afterPart: Readonly<Record<Part, Part>> = {
  distance: "losses",
  losses: "parameters",
  parameters: "distance",
};

/** Keys of the screen Compare. */
export const compareKeys: readonly KeyBinding[] = [
  {
    keys: ["return"],
    screen: "Compare",
    label: "enter",
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
    keys: ["b", "d", "t"],
    screen: "Compare",
    label: "b  d  t",
    help: "the other side's backend, dtype, threads",
    commands: [
      { word: "other-backend", key: "b", help: "compare with the other backend" },
      { word: "other-dtype", key: "d", help: "compare with the other dtype" },
      { word: "other-threads", key: "t", help: "compare with another number of threads" },
    ],
    act: (context, key) => choose(context, (choice) => changes[key](choice)),
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

// A comparison that goes on begins anew with the other choice.
function choose(
  { state, view, look, send }: KeyContext,
  change: (choice: BackendChoice) => Partial<BackendChoice>,
): void {
  if (state.info === undefined) return;
  const before = choiceOf(view, state.info);
  const choice = { ...before, ...change(before) };
  look(({ compare }) => ({ compare: { ...compare, choice } }));
  if (isComparing(state)) send({ type: "compare", other: choice });
}

/** The backend's own choice, then 1, 2, 4 ... up to what the machine has. */
function moreThreads(threads: number | null): number | null {
  if (threads === null) return 1;
  const most = availableParallelism();
  return threads >= most ? null : Math.min(2 * threads, most);
}
