import type { ParameterAnatomy } from "../../run/inspection.ts";
import { largestOf } from "./choice.ts";
import type { Scene } from "./page.ts";

/** One number that the network learns, in the step. */
export interface Followed {
  /** Where it is in the network: `0.weight`, and its place there. */
  readonly parameter: string;
  readonly index: number;
  /** How many numbers the parameter has. */
  readonly count: number;
  /** As formulas write it: `W(0, 3, 406)`. */
  readonly sign: string;
  /** The dense layer that it belongs to, as a weight or as a bias; else the place of its layer among the others. */
  readonly of: { readonly dense: number; readonly isBias: boolean } | { readonly other: number };
  readonly before: number;
  readonly after: number;
  readonly gradient: number;
}

/** One number of each parameter, in the order of the layers: of the dense ones those on the way that is followed. */
export function followable(scene: Scene): Followed[] {
  const { anatomy, way } = scene;
  const numbers: Followed[] = anatomy.others.flatMap(({ parameters }, other) =>
    parameters.map((parameter) => followedOther(parameter, other)),
  );
  for (const [dense, layer] of anatomy.layers.entries()) {
    const [i, j] = [way[dense], way[dense + 1]];
    const index = i * layer.outputs + j;
    numbers.push(
      {
        parameter: `${layer.path}.weight`,
        index,
        count: layer.weight.length,
        sign: `W(${dense}, ${j}, ${i})`,
        of: { dense, isBias: false },
        before: layer.weight[index],
        after: layer.weightAfter[index],
        gradient: layer.weightGradient[index],
      },
      {
        parameter: `${layer.path}.bias`,
        index: j,
        count: layer.bias.length,
        sign: `B(${dense}, ${j})`,
        of: { dense, isBias: true },
        before: layer.bias[j],
        after: layer.biasAfter[j],
        gradient: layer.biasGradient[j],
      },
    );
  }
  const { parameter: chosen, number } = scene.choice;
  const place = numbers[chosen];
  if (place === undefined || number === undefined || !("other" in place.of)) return numbers;
  const own = anatomy.others[place.of.other].parameters.find(({ path }) => path === place.parameter);
  if (own === undefined || number >= own.values.length) return numbers;
  return numbers.with(chosen, followedOther(own, place.of.other, number));
}

/** The number that is followed. */
export function followed(scene: Scene): Followed | undefined {
  const all = followable(scene);
  return all[scene.choice.parameter] ?? all[0];
}

function followedOther(
  { path, shape, values, valuesAfter, gradient }: ParameterAnatomy,
  other: number,
  index: number = largestOf(gradient),
): Followed {
  return {
    parameter: path,
    index,
    count: values.length,
    sign: `${path}(${placeIn(shape, index).join(",")})`,
    of: { other },
    before: values[index],
    after: valuesAfter[index],
    gradient: gradient[index],
  };
}

/** Where a number of a row-major array is, axis by axis. */
function placeIn(shape: readonly number[], index: number): number[] {
  let rest = index;
  return shape.map((_, axis) => {
    const size = shape.slice(axis + 1).reduce((product, extent) => product * extent, 1);
    const place = Math.floor(rest / size);
    rest -= place * size;
    return place;
  });
}
