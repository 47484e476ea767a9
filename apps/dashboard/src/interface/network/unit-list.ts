import { type ColorLevel, palette } from "../../drawing/color.ts";
import { divergingBar } from "../../drawing/diverging-bar.ts";
import { formatLoss } from "../../drawing/format.ts";
import { heatLines, heatScale, largestSize } from "../../drawing/heat-map.ts";
import { bold, faint, fitLine, type Line, lineWidth, span } from "../../drawing/styled-line.ts";
import { shortName } from "../class-names.ts";
import type { UnitPart } from "./parts.ts";
import { restingMark } from "./picture-grid.ts";

/** Characters of a unit's name, and of a number. */
const longestName = 9;
const numberWidth = 9;

/** The least cells of a bar. */
const shortestBar = 5;

/** Units that get a row of their own at most; more are cells of strips. */
const mostRows = 16;

/** Rows that all units of a part need. */
export function unitLinesHeight({ names }: UnitPart, width: number): number {
  return names.length <= mostRows ? names.length + 1 : 2 * (1 + Math.ceil(names.length / width)) + 1;
}

/** Units of a layer with what they give and the derivative of the loss by it, as rows with bars or as strips of cells. */
export function unitLines(
  part: UnitPart,
  chosen: number,
  width: number,
  height: number,
  level: ColorLevel,
): Line[] {
  const { length } = part.names;
  if (length < height && (length <= mostRows || unitLinesHeight(part, width) <= height)) {
    return unitRows(part, chosen, width);
  }
  return [
    ...strip("activation", part, part.activation, chosen, width, level),
    [],
    ...strip("gradient", part, part.gradient, chosen, width, level),
  ];
}

function unitRows({ names, activation, gradient, resting }: UnitPart, chosen: number, width: number): Line[] {
  const name = Math.max(4, Math.min(longestName, ...names.map((text) => text.length)));
  const room = Math.floor((width - name - 4 - 2 * numberWidth - 2) / 2);
  const barWidth = room < shortestBar ? 0 : room - (room % 2 === 0 ? 1 : 0);
  const limits = [largestSize(Array.from(activation)), largestSize(Array.from(gradient))];
  const part = (value: number, limit: number): Line => [
    span(signed(value).padStart(numberWidth)),
    ...(barWidth === 0 ? [] : [span(" "), ...divergingBar(value / limit, barWidth)]),
  ];
  const column = (text: string): string =>
    text.padStart(numberWidth).padEnd(numberWidth + (barWidth === 0 ? 0 : barWidth + 1));
  const header = `  ${"unit".padEnd(name)}  ${column("gives")}${column("gradient")}`;
  return [
    fitLine([span(header, faint)], width),
    ...names.map(
      (text, unit): Line => [
        span(unit === chosen ? "▶ " : "  ", { foreground: palette.accent, bold: true }),
        span(shortName(text, name).padEnd(name), unit === chosen ? bold : undefined),
        span(" "),
        restingMark(resting, unit) ?? span(" "),
        ...part(activation[unit], limits[0]),
        ...part(gradient[unit], limits[1]),
      ],
    ),
  ];
}

/** A number with its sign and enough digits to see it change. */
export function signed(value: number): string {
  const text = formatLoss(Math.abs(value));
  return `${value < 0 ? "-" : "+"}${text}`;
}

// A cell for each unit, in rows of the width; what rests shows its sign.
function strip(
  title: string,
  { resting, names }: UnitPart,
  values: ArrayLike<number>,
  chosen: number,
  width: number,
  level: ColorLevel,
): Line[] {
  const limit = largestSize(Array.from(values));
  const head: Line = [
    span(`${title} `, bold),
    span(`of unit ${names[chosen]}: ${signed(values[chosen])}   `),
  ];
  const scale = heatScale(limit, width - lineWidth(head), level, formatLoss);
  const lines: Line[] = [[...head, ...scale]];
  for (let from = 0; from < values.length; from += width) {
    const count = Math.min(width, values.length - from);
    lines.push(
      Array.from({ length: count }, (_, place) => from + place).flatMap((unit): Line => {
        const cell = heatLines(
          { width: 1, height: 2, values: [values[unit], values[unit]] },
          limit,
          level,
        )[0];
        const mark = restingMark(resting, unit);
        if (unit === chosen) return [span("▶", { ...cell[0].style, bold: true, foreground: palette.accent })];
        return mark === undefined ? cell : [{ ...mark, style: { ...cell[0].style, ...mark.style } }];
      }),
    );
  }
  return lines;
}
