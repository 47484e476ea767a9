import { neighbourIn } from "./choice.ts";
import type { Move, Scene } from "./page.ts";

/** Moves the unit of a layer that the way goes through, or its input with 0; `orderOf` is the order on the page. */
export function moveOnWay(word: string, place: number, orderOf: (scene: Scene) => readonly number[]): Move {
  return {
    word,
    change: (scene, by) => {
      const chosen = neighbourIn(orderOf(scene), scene.way[place], by);
      return { way: scene.way.map((_, at) => (at === place ? chosen : scene.choice.way[at])) };
    },
  };
}

/** The units of a layer, in their order. */
export function unitsOf({ anatomy }: Scene, layer: number): number[] {
  return Array.from({ length: anatomy.layers[layer].outputs }, (_, unit) => unit);
}
