import { palette } from "../../drawing/color.ts";
import { formatCount } from "../../drawing/format.ts";
import {
  bold,
  faint,
  fitLine,
  type Line,
  lineWidth,
  type Style,
  span,
  spreadLine,
} from "../../drawing/styled-line.ts";
import type { NetworkView } from "../../run/inspection.ts";
import { restingMark } from "./picture-grid.ts";

/** Rows of a box. */
const boxRows = 3;

interface Box {
  readonly title: string;
  readonly left: string;
  readonly right: string;
  readonly marks: Line;
}

/**
 * The layers of a network as boxes with an arrow from each to the next: name, shape of what it gives, trainable parameters
 * (of how many, where these are more). The chosen box has a heavy frame. Gives exactly `height` lines.
 */
export function layerBoxes(network: NetworkView, chosen: number, width: number, height: number): Line[] {
  const boxes = boxesOf(network);
  const fits = Math.floor(height / boxRows);
  const isWhole = boxes.length <= fits;
  const shown = isWhole ? boxes.length : Math.max(1, Math.floor((height - 2) / boxRows));
  const first = isWhole ? 0 : Math.max(0, Math.min(chosen - Math.floor(shown / 2), boxes.length - shown));
  const lines = boxes
    .slice(first, first + shown)
    .flatMap((box, place) =>
      boxLines(box, first + place === chosen, first + place === boxes.length - 1, width),
    );
  const more = (count: number, sign: string): Line =>
    count === 0 ? [] : [span(` ${sign} ${count} more`, faint)];
  const all = isWhole ? lines : [more(first, "↑"), ...lines, more(boxes.length - first - shown, "↓")];
  return Array.from({ length: height }, (_, row) => fitLine(all[row] ?? [], width));
}

function boxesOf({ layers, evidence, sample }: NetworkView): Box[] {
  const boxes = layers.map(
    ({ name, output, trainable, parameters, dead, saturated }): Box => ({
      title: name,
      left: output.join("x"),
      right:
        parameters === 0
          ? ""
          : trainable === parameters
            ? formatCount(parameters)
            : `${formatCount(trainable)} of ${formatCount(parameters)}`,
      marks: [
        ...counted(dead, { dead: new Set(dead), saturated: new Set() }),
        ...counted(saturated, { dead: new Set(), saturated: new Set(saturated) }),
      ],
    }),
  );
  if (evidence.length === 0) return boxes;
  const pixels = `${sample.rows}x${sample.columns}`;
  return [
    ...boxes,
    { title: "pixels for a class", left: pixels, right: `${evidence.length} classes`, marks: [] },
  ];
}

function counted(units: readonly number[], resting: Parameters<typeof restingMark>[0]): Line {
  const mark = restingMark(resting, units[0]);
  return mark === undefined ? [] : [mark, span(`${units.length} `, mark.style)];
}

function boxLines(
  { title, left, right, marks }: Box,
  isChosen: boolean,
  isLast: boolean,
  width: number,
): Line[] {
  const [corners, across, down] = isChosen ? ["┏┓┗┛", "━", "┃"] : ["╭╮╰╯", "─", "│"];
  const style: Style = isChosen ? { bold: true, foreground: palette.accent } : faint;
  const inner = width - 4;
  const name = lineWidth([span(title)]) > inner - 1 ? fitLine([span(title)], inner - 1) : [span(title)];
  const named = name.map(({ text }) => span(text, isChosen ? style : bold));
  const rule = across.repeat(Math.max(0, inner - lineWidth(name)));
  const half = Math.floor((width - 3) / 2);
  const arrow = isLast ? across : "▼";
  return [
    [
      span(`${corners[0]}${across}`, style),
      span(" "),
      ...named,
      span(` ${rule}`.slice(0, rule.length), style),
      span(corners[1], style),
    ],
    [
      span(`${down} `, style),
      ...spreadLine([span(left)], [...marks, span(right, faint)], inner),
      span(` ${down}`, style),
    ],
    [
      span(
        `${corners[2]}${across.repeat(half)}${arrow}${across.repeat(width - 3 - half)}${corners[3]}`,
        style,
      ),
    ],
  ];
}
