import type { LayerView, Numbers, PictureContent, WeightPicture } from "./inspection.ts";
import type { LookedAt, ParameterValues } from "./look-at-network.ts";
import type { StepSample } from "./protocol.ts";

/** Pictures of one layer. */
const picturesMost = 256;

/** A layer, and where it stands. */
export interface Place {
  readonly path: string;
  readonly name: string;
  /** Whether no layer before it has weights: then it sees the image itself. */
  readonly isFirst: boolean;
  /** The name of the layer before; empty for the first. */
  readonly before: string;
}

type Pictures = Pick<LayerView, "pictures" | "picturesShow">;

type ImageSize = Pick<StepSample, "rows" | "columns">;

/** The weights of a layer as pictures, and how far they went since the run began; none where they cannot be seen so. */
export function weightPictures(
  layer: Place,
  { first, after, sample }: Pick<LookedAt, "first" | "after" | "sample">,
): Pictures & Pick<LayerView, "learned"> {
  const now = picturesOf(layer, after, sample);
  const before = picturesOf(layer, first, sample).pictures;
  const learned = now.pictures.map((picture, index) => ({
    ...picture,
    values: picture.values.map((value, place) => value - before[index].values[place]),
  }));
  return { ...now, learned };
}

function picturesOf(layer: Place, parameters: ParameterValues, image: ImageSize): Pictures {
  const weight = parameters[`${layer.path}.weight`];
  const axes = weight?.shape.length;
  if (axes === 4) return kernels(layer, weight);
  if (axes === 2 && layer.name === "positionalEmbedding") return places(layer, weight);
  if (axes === 2) return unitsOrPaint(layer, weight, image);
  const input = parameters[`${layer.path}.inputWeight`];
  const recurrent = parameters[`${layer.path}.recurrentWeight`];
  return input === undefined || recurrent === undefined ? none : gates(layer, input, recurrent.shape[0]);
}

const none: Pictures = { pictures: [] };

// [channels out, channels in, rows, columns]; a kernel of one number is no picture.
function kernels({ path }: Place, { shape, values }: Numbers): Pictures {
  const [filters, channels, rows, columns] = shape;
  const size = rows * columns;
  if (size === 1) return none;
  return shown("kernels", filters * channels, (index) => ({
    parameter: `${path}.weight`,
    unit: Math.floor(index / channels),
    channel: index % channels,
    ...picture(rows, columns, values, (place) => index * size + place),
  }));
}

// [places, numbers]
function places({ path }: Place, { shape: [rows, columns], values }: Numbers): Pictures {
  const whole = { parameter: `${path}.weight`, unit: 0, ...picture(rows, columns, values, (place) => place) };
  return shown("places", 1, () => whole);
}

// [inputs, units], where the inputs are pixels of the image or of a patch of it, or else the units pixels.
function unitsOrPaint(
  { path, isFirst, before }: Place,
  { shape: [inputs, units], values }: Numbers,
  { rows, columns }: ImageSize,
): Pictures {
  const parameter = `${path}.weight`;
  const side = Number(/^patches (\d+)x/.exec(before)?.[1]);
  const seenFrom = (content: PictureContent, height: number, width: number): Pictures =>
    shown(content, units, (unit) => ({
      parameter,
      unit,
      ...picture(height, width, values, (place) => place * units + unit),
    }));
  if (isFirst && inputs === rows * columns) return seenFrom("pixels", rows, columns);
  if (inputs === side * side) return seenFrom("patch", side, side);
  if (units !== rows * columns) return none;
  return shown("painted", inputs, (unit) => ({
    parameter,
    unit,
    ...picture(rows, columns, values, (place) => unit * units + place),
  }));
}

// [inputs, gates * units], gate by gate.
function gates({ path }: Place, { shape: [inputs, width], values }: Numbers, units: number): Pictures {
  return shown("gates", units, (unit) => ({
    parameter: `${path}.inputWeight`,
    unit,
    ...picture(
      width / units,
      inputs,
      values,
      (place) => (place % inputs) * width + Math.floor(place / inputs) * units + unit,
    ),
  }));
}

function shown(
  picturesShow: PictureContent,
  count: number,
  draw: (index: number) => WeightPicture,
): Pictures {
  return { picturesShow, pictures: Array.from({ length: Math.min(count, picturesMost) }, (_, i) => draw(i)) };
}

/** @param at where in a parameter the picture's places lie */
function picture(
  rows: number,
  columns: number,
  values: Numbers["values"],
  at: (place: number) => number,
): Pick<WeightPicture, "rows" | "columns" | "values"> {
  return {
    rows,
    columns,
    values: Float32Array.from({ length: rows * columns }, (_, place) => values[at(place)]),
  };
}
