import { largestSize } from "../../drawing/heat-map.ts";
import type { LayerView, NetworkView, Numbers, PictureContent, WeightPicture } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { classNamesOf } from "../class-names.ts";
import { type Resting, restingUnits, unitNames } from "./layer-facts.ts";

/** One picture of several. */
export interface Tile {
  readonly name: string;
  /** The unit or channel that it belongs to. */
  readonly unit: number;
  readonly rows: number;
  readonly columns: number;
  readonly values: ArrayLike<number>;
}

/** Pictures that share a scale. */
export interface PicturePart {
  readonly kind: "pictures";
  readonly title: string;
  /** What the numbers are, in a sentence. */
  readonly meaning: string;
  readonly tiles: readonly Tile[];
  /** The end of the scale. */
  readonly limit: number;
  /** Whether they show weights, and not what came of them. */
  readonly isOfWeights: boolean;
  /** Whether each is of a unit of the layer, and what there is to say of that unit holds for it. */
  readonly isOfUnits: boolean;
  readonly resting?: Resting;
}

/** Activation and gradient of single units. */
export interface UnitPart {
  readonly kind: "units";
  readonly title: string;
  readonly names: readonly string[];
  readonly activation: ArrayLike<number>;
  readonly gradient: ArrayLike<number>;
  readonly resting?: Resting;
}

/** A part of what there is to see of a layer. */
export type Part = PicturePart | UnitPart;

/**
 * The place of what is looked at: a layer's, or the one after the last, which says which pixels speak for a class.
 *
 * @param layer counted on without end. Default: the first layer whose weights are pictures
 */
export function chosenPlace({ layers, evidence }: NetworkView, layer: number | undefined): number {
  const first = Math.max(
    0,
    layers.findIndex(({ pictures }) => pictures.length > 0),
  );
  const count = layers.length + (evidence.length > 0 ? 1 : 0);
  return (((layer ?? first) % count) + count) % count;
}

/** What there is to see of the layer at a place: its weights, what it gave, and the derivative of the loss by that. */
export function partsOf(network: NetworkView, place: number, info: RunInfo): Part[] {
  if (place >= network.layers.length) return [evidencePart(network, info)];
  const layer = network.layers[place];
  const resting = restingUnits(network, place);
  const names = unitNames(network, place, info);
  const marks = resting === undefined ? {} : { resting };
  return [
    ...weightParts(layer, names).map((part) => ({ ...part, ...(part.isOfUnits && marks) })),
    ...valueParts(layer, network, names, marks),
  ];
}

function evidencePart({ evidence }: NetworkView, info: RunInfo): PicturePart {
  const names = classNamesOf(info);
  const tiles = evidence.map((numbers, index) => tileOf(numbers, names[index] ?? String(index), index));
  return pictured({
    title: "what speaks for each class",
    meaning: "Orange: more ink here speaks for the class. Blue: it speaks against it. In this image, now.",
    tiles,
    isOfWeights: false,
    isOfUnits: false,
  });
}

const contents: Readonly<Record<PictureContent, { readonly title: string; readonly meaning: string }>> = {
  pixels: {
    title: "weights from the pixels",
    meaning: "Weights from each pixel to a unit. Orange: ink here raises it. Blue: ink lowers it.",
  },
  patch: { title: "weights from a patch", meaning: "Weights from each pixel of a patch to a unit." },
  kernels: {
    title: "kernels",
    meaning: "Each is moved over the image, or over the channel behind the dot, to make a map.",
  },
  painted: {
    title: "what each unit paints",
    meaning: "What each unit of the layer before adds to the image: orange ink, blue paper.",
  },
  gates: {
    title: "weights of the gates",
    meaning:
      "A row for each gate of a unit: input, forget, new, output. A column for each pixel of an image's row.",
  },
  places: {
    title: "weights of the places",
    meaning: "What is learned for each place, a row for each token.",
  },
};

function weightParts(layer: LayerView, names: readonly string[]): PicturePart[] {
  const { picturesShow: content, pictures, learned, weights } = layer;
  if (content !== undefined) {
    const { title, meaning } = contents[content];
    const kind = { isOfWeights: true, isOfUnits: content !== "painted" && content !== "places" };
    return [
      pictured({ title, meaning, tiles: weightTiles(layer, pictures, names), ...kind }),
      pictured({
        title: "what it learned",
        meaning: "How far each of these weights went since the first step: orange up, blue down.",
        tiles: weightTiles(layer, learned, names),
        ...kind,
      }),
    ];
  }
  if (weights === undefined) return [];
  return [
    pictured({
      title: "weights from the units before",
      meaning:
        "Weights from each unit of the layer before, 16 to a row. Orange: it raises this one. Blue: it lowers it.",
      tiles: foldedColumns(weights, names),
      isOfWeights: true,
      isOfUnits: true,
    }),
  ];
}

function weightTiles(
  { picturesShow }: LayerView,
  pictures: readonly WeightPicture[],
  names: readonly string[],
): Tile[] {
  const hasChannels = pictures.some(({ channel = 0 }) => channel > 0);
  const nameOf = (unit: number): string => (picturesShow === "painted" ? String(unit) : (names[unit] ?? ""));
  return pictures.map(({ unit, channel, rows, columns, values }) => ({
    name: hasChannels ? `${unit}·${channel}` : nameOf(unit),
    unit,
    rows,
    columns,
    values,
  }));
}

/** Numbers in a row of a folded picture. */
const foldedWidth = 16;

// [inputs, outputs]: a tile for each output.
function foldedColumns({ shape: [inputs, outputs], values }: Numbers, names: readonly string[]): Tile[] {
  const columns = Math.min(inputs, foldedWidth);
  const rows = Math.ceil(inputs / columns);
  return Array.from({ length: outputs }, (_, unit) => ({
    name: names[unit] ?? String(unit),
    unit,
    rows,
    columns,
    values: Float32Array.from({ length: rows * columns }, (_, input) =>
      input < inputs ? values[input * outputs + unit] : Number.NaN,
    ),
  }));
}

function valueParts(
  { activation, gradient }: LayerView,
  { sample }: NetworkView,
  names: readonly string[],
  marks: { readonly resting?: Resting },
): Part[] {
  const both = [
    { title: "activation", meaning: "What the layer gives for this image.", numbers: activation },
    {
      title: "gradient",
      meaning: "The derivative of the loss by what the layer gives for this image.",
      numbers: gradient,
    },
  ];
  const tilesOf = valueTiles(activation.shape, sample);
  if (tilesOf !== undefined) {
    const areMaps = activation.shape.length === 3;
    return both.map(({ title, meaning, numbers }) => ({
      ...pictured({ title, meaning, tiles: tilesOf(numbers, names), isOfWeights: false, isOfUnits: areMaps }),
      ...(areMaps && marks),
    }));
  }
  const values = { activation: activation.values, gradient: gradient.values };
  return [{ kind: "units", title: "activation and gradient", names, ...values, ...marks }];
}

/** How numbers of a shape are seen as pictures: maps one by one, a sequence or an image as a whole; single units not. */
function valueTiles(
  shape: readonly number[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
): ((numbers: Numbers, names: readonly string[]) => Tile[]) | undefined {
  if (shape.length === 3) {
    const [count, height, width] = shape;
    const size = height * width;
    return ({ values }, names) =>
      Array.from({ length: count }, (_, unit) =>
        tileOf(
          { shape: [height, width], values: values.slice(unit * size, (unit + 1) * size) },
          names[unit],
          unit,
        ),
      );
  }
  if (shape.length === 2) return (numbers) => [tileOf(numbers, "a row for each token", 0)];
  if (shape[0] !== rows * columns) return undefined;
  return ({ values }) => [tileOf({ shape: [rows, columns], values }, "the image", 0)];
}

function tileOf({ shape: [rows, columns], values }: Numbers, name: string, unit: number): Tile {
  return { name, unit, rows, columns, values };
}

// The scale is that of all tiles, so that they can be compared.
function pictured(part: Omit<PicturePart, "kind" | "limit">): PicturePart {
  return {
    kind: "pictures",
    ...part,
    limit: largestSize(part.tiles.flatMap(({ values }) => Array.from(values))),
  };
}
