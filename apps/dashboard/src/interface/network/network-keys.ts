import type { KeyBinding, KeyContext } from "../keys.ts";
import type { NetworkChoice } from "../view.ts";
import { chosenPlace } from "./parts.ts";

/** Keys of the screen Network. */
export const networkKeys: readonly KeyBinding[] = [
  {
    keys: ["down", "up"],
    screen: "Network",
    label: "↓  ↑",
    help: "the next layer, or the one before",
    commands: [
      { word: "next-layer", key: "down", help: "the next layer" },
      { word: "layer-before", key: "up", help: "the layer before" },
    ],
    act: (context, key) => walk(context, key === "down" ? 1 : -1),
  },
  {
    keys: ["right", "left", "pagedown", "pageup"],
    screen: "Network",
    label: "→  ←  pg",
    help: "the next unit, or the one before; pages",
    commands: [
      { word: "unit-right", key: "right", help: "the next unit" },
      { word: "unit-left", key: "left", help: "the unit before" },
      { word: "more-units", key: "pagedown", help: "the next page of units" },
      { word: "units-before", key: "pageup", help: "the page of units before" },
    ],
    act: ({ look }, key) => look(({ network }) => ({ network: { ...network, ...moved(network, key) } })),
  },
  {
    keys: ["return", "escape"],
    screen: "Network",
    label: "enter",
    help: "the unit in large, and back (also esc)",
    commands: [
      { word: "one-unit", key: "return", help: "the unit in large, and back" },
      { word: "all-units", key: "escape", help: "back from one unit" },
    ],
    act: ({ look }, key) =>
      look(({ network }) => ({ network: { ...network, isLarge: key === "return" && !network.isLarge } })),
  },
  {
    keys: ["a"],
    screen: "Network",
    label: "a",
    help: "weights, what was learned, values first",
    commands: [{ word: "other-values", key: "a" }],
    act: ({ look }) => look(({ network }) => ({ network: { ...network, part: network.part + 1 } })),
  },
];

// Another layer begins with its first unit.
function walk({ state, look }: KeyContext, by: 1 | -1): void {
  const { network: seen } = state.inspected;
  if (seen === undefined) return;
  look(({ network: { layer } }) => ({
    network: { layer: chosenPlace(seen, layer) + by, unit: 0, page: 0, part: 0, isLarge: false },
  }));
}

function moved({ unit, page }: NetworkChoice, key: string): Partial<NetworkChoice> {
  if (key === "right") return { unit: unit + 1 };
  if (key === "left") return { unit: unit - 1 };
  return { page: page + (key === "pagedown" ? 1 : -1) };
}
