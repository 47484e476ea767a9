import { divergingBar } from "../../drawing/diverging-bar.ts";
import { formatLoss } from "../../drawing/format.ts";
import { heatScale, largestSize } from "../../drawing/heat-map.ts";
import { bold, faint, fitLine, type Line, span, wrapWords } from "../../drawing/styled-line.ts";
import type { NetworkView } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import { classNamesOf, shortName } from "../class-names.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import { activationAfter, namesClasses, outgoing, restingUnits } from "./layer-facts.ts";
import type { Part } from "./parts.ts";
import { restingMark, tilePicture } from "./picture-grid.ts";
import { signed } from "./unit-list.ts";

/** The least cells of the words beside the picture, those between both, and those that a scale needs. */
const narrowestWords = 24;
const gap = 2;
const scaleWidth = 26;
/** Rows below the picture: a blank one and the scale. */
const scaleRows = 2;

/** One unit in large: its weights with their scale, what it gives, the derivative, and what it speaks for. */
export function unitCard(
  network: NetworkView,
  place: number,
  part: Part,
  chosen: number,
  info: RunInfo,
  { width, height, level }: ScreenRoom,
): Line[] {
  const words = (room: number): Line[] => cardWords(network, place, part, chosen, info, room);
  if (part.kind === "units") return words(width).slice(0, height);
  const tile = part.tiles[chosen];
  const size = sizeIn({ width: width - narrowestWords - gap, height: 2 * (height - scaleRows) }, tile);
  const pictureWidth = Math.max(size.width, scaleWidth);
  const picture = [
    ...tilePicture(tile, size, part.limit, level),
    [],
    heatScale(part.limit, pictureWidth, level, formatLoss),
  ];
  const beside = words(width - pictureWidth - gap);
  return Array.from({ length: Math.min(height, Math.max(picture.length, beside.length)) }, (_, row) => [
    ...fitLine(picture[row] ?? [], pictureWidth),
    span(" ".repeat(gap)),
    ...(beside[row] ?? []),
  ]);
}

/** The largest whole multiple of a picture that there is room for, or as much of it as fits. */
function sizeIn(
  room: { readonly width: number; readonly height: number },
  { rows, columns }: { readonly rows: number; readonly columns: number },
): { readonly width: number; readonly height: number } {
  const scale = Math.min(room.width / columns, room.height / rows);
  const whole = scale >= 1 ? Math.floor(scale) : scale;
  return { width: Math.max(1, Math.floor(columns * whole)), height: Math.max(1, Math.floor(rows * whole)) };
}

/** What there is to say about a unit. */
function cardWords(
  network: NetworkView,
  place: number,
  part: Part,
  chosen: number,
  info: RunInfo,
  width: number,
): Line[] {
  if (part.kind === "units") return unitWords(network, place, chosen, info, width);
  const { unit, values } = part.tiles[chosen];
  const meaning = wrapped(part.meaning, width, faint);
  if (place >= network.layers.length) return [...classWords(network, unit, info, width), [], ...meaning];
  return [
    ...rangeLines(values),
    ...(part.isOfUnits ? unitWords(network, place, unit, info, width) : []),
    [],
    ...meaning,
  ];
}

function classWords({ sample }: NetworkView, index: number, info: RunInfo, width: number): Line[] {
  const names = classNamesOf(info);
  return [
    ...wrapped(`What speaks for ${names[index]}`, width, bold),
    fact("output", (sample.outputs[index] ?? 0).toFixed(3)),
    fact("the image is", names[sample.classIndex] ?? ""),
    [],
    ...wrapped("The derivative of the output by each pixel, after this step.", width, faint),
  ];
}

function fact(name: string, value: string): Line {
  return [span(name.padEnd(15), faint), span(value, bold)];
}

function rangeLines(values: ArrayLike<number>): Line[] {
  const numbers = Array.from(values).filter((value) => !Number.isNaN(value));
  return [fact("largest", signed(Math.max(...numbers))), fact("smallest", signed(Math.min(...numbers)))];
}

function unitWords(network: NetworkView, place: number, unit: number, info: RunInfo, width: number): Line[] {
  return [
    ...numberLines(network, place, unit),
    ...restingWords(network, place, unit, width),
    ...speaksFor(network, place, unit, info, width),
  ];
}

// Of a unit that is one number; of a map the picture tells more.
function numberLines(network: NetworkView, place: number, unit: number): Line[] {
  const { output, bias, activation, gradient } = network.layers[place];
  if (output.length !== 1) return [];
  const after = activationAfter(network, place);
  return [
    ...(bias === undefined ? [] : [fact("bias", signed(bias[unit]))]),
    fact(bias === undefined ? "gives" : "weighted sum", signed(activation.values[unit])),
    fact("its gradient", signed(gradient.values[unit])),
    ...(after === undefined || after === network.layers[place]
      ? []
      : [
          fact(`after ${after.name}`, signed(after.activation.values[unit])),
          fact("its gradient", signed(after.gradient.values[unit])),
        ]),
  ];
}

function restingWords(network: NetworkView, place: number, unit: number, width: number): Line[] {
  const resting = restingUnits(network, place);
  const mark = restingMark(resting, unit);
  if (mark === undefined) return [];
  const words = resting?.dead.has(unit)
    ? `dead: gives 0 for each of ${network.looked} test images`
    : `saturated: near an end of its range for each of ${network.looked} test images`;
  return wrapped(`${mark.text} ${words}`, width, mark.style);
}

/** Outgoing weights that are told. */
const mostOutgoing = 10;

function speaksFor(network: NetworkView, place: number, unit: number, info: RunInfo, width: number): Line[] {
  const next = outgoing(network, place, info);
  if (next?.layer.weights === undefined) return [];
  const { weights } = next.layer;
  const count = weights.shape[1];
  const values = Array.from({ length: count }, (_, output) => weights.values[unit * count + output]);
  const order = values.map((_, output) => output);
  const shown =
    count <= mostOutgoing
      ? order
      : order.sort((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, mostOutgoing);
  const limit = largestSize(values);
  const name = Math.min(9, Math.max(...shown.map((output) => next.names[output]?.length ?? 1)));
  const barWidth = Math.min(21, width - name - 10);
  const areClasses = namesClasses(network, network.layers.indexOf(next.layer), info);
  return [
    [],
    ...wrapped(areClasses ? summary(values, next.names) : "Its weights to the next layer:", width, bold),
    ...shown.map(
      (output): Line => [
        span(shortName(next.names[output] ?? "", name).padStart(name)),
        span(signed(values[output]).padStart(8)),
        span(" "),
        ...(barWidth < 5 ? [] : divergingBar(values[output] / limit, barWidth)),
      ],
    ),
  ];
}

function summary(values: readonly number[], names: readonly string[]): string {
  const [most, least] = [Math.max(...values), Math.min(...values)];
  const words = [
    ...(most > 0 ? [`for ${names[values.indexOf(most)]}`] : []),
    ...(least < 0 ? [`against ${names[values.indexOf(least)]}`] : []),
  ];
  return words.length === 0 ? "Speaks for no class:" : `Speaks most ${words.join(", most ")}:`;
}

function wrapped(text: string, width: number, style: Parameters<typeof span>[1]): Line[] {
  return wrapWords(text, width).map((words): Line => [span(words, style)]);
}
