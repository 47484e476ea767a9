import { formatLoss } from "../../drawing/format.ts";
import { heatScale } from "../../drawing/heat-map.ts";
import { panel } from "../../drawing/panel.ts";
import { bold, faint, type Line, lineWidth, span, wrapWords } from "../../drawing/styled-line.ts";
import type { NetworkView } from "../../run/inspection.ts";
import type { RunInfo } from "../../run/protocol.ts";
import type { ScreenRoom } from "../results/results-screen.tsx";
import type { NetworkChoice } from "../view.ts";
import { type Part, partsOf } from "./parts.ts";
import { firstShown, gridLayout, gridLines } from "./picture-grid.ts";
import { unitCard } from "./unit-card.ts";
import { unitLines, unitLinesHeight } from "./unit-list.ts";

/** Rows from which all parts of a layer are seen at once, one of them above the others. */
const allFrom = 26;

/** Rows of a panel's frame, and of the scale below pictures. */
const frame = 2;
const scaleRow = 1;

/** Units that a page of them moves on, where they are no pictures. */
const unitPage = 10;

/** What there is to see of a layer: all its parts where there is room, else the chosen one. */
export function layerPanels(
  network: NetworkView,
  info: RunInfo,
  place: number,
  choice: NetworkChoice,
  room: ScreenRoom,
): Line[] {
  const { main, others, mainRoom, chosen, count } = arranged(network, info, place, choice, room);
  const unit = main.kind === "pictures" ? main.tiles[chosen].unit : chosen;
  const top = partPanel(main, chosen, count > 1 ? "a switches" : "", mainRoom);
  if (others.length === 0) return top;
  const width = Math.floor(room.width / others.length);
  const below = others.map((part, index) =>
    partPanel(part, sameUnit(part, unit), "", {
      ...room,
      width: index === others.length - 1 ? room.width - index * width : width,
      height: room.height - mainRoom.height,
    }),
  );
  return [...top, ...below[0].map((_, row) => below.flatMap((lines) => lines[row]))];
}

/**
 * The unit that is chosen there, in large.
 *
 * @param room that the panels of the layer have: pages are counted in it
 */
export function unitPanel(
  network: NetworkView,
  info: RunInfo,
  place: number,
  choice: NetworkChoice,
  room: ScreenRoom,
  width: number,
): Line[] {
  const { main, chosen } = arranged(network, info, place, choice, room);
  const name = main.kind === "pictures" ? main.tiles[chosen].name : main.names[chosen];
  const title = [span(`${main.title}: ${name}`, bold)];
  return panel(
    {
      title,
      ...noteOf(title, width, `${chosen + 1} of ${countOf(main)}`, "esc back"),
      width,
      height: room.height,
    },
    unitCard(network, place, main, chosen, info, { ...room, width: width - 4, height: room.height - frame }),
  );
}

/** Which part stands first, which below it, and what is chosen of the first. */
function arranged(
  network: NetworkView,
  info: RunInfo,
  place: number,
  choice: NetworkChoice,
  room: ScreenRoom,
) {
  const parts = partsOf(network, place, info);
  const main = parts[wrapped(choice.part, parts.length)];
  const weights = isOfWeights(main) ? main : parts[0];
  const others =
    room.height < allFrom
      ? []
      : parts.filter((part) => part !== main && (!isOfWeights(part) || part === weights));
  const mainRoom = { ...room, height: heightOf(main, others, room) };
  return { main, others, mainRoom, chosen: chosenOf(main, choice, mainRoom), count: parts.length };
}

function isOfWeights(part: Part): boolean {
  return part.kind === "pictures" && part.isOfWeights;
}

function countOf(part: Part): number {
  return part.kind === "pictures" ? part.tiles.length : part.names.length;
}

/** Counted on without end, in units and in pages. */
function chosenOf(part: Part, { unit, page }: NetworkChoice, room: ScreenRoom): number {
  const { across, down } =
    part.kind === "pictures" ? layoutIn(part.tiles, room) : { across: 1, down: unitPage };
  return wrapped(unit + page * across * down, countOf(part));
}

function sameUnit(part: Part, unit: number): number {
  if (part.kind === "units") return Math.min(unit, part.names.length - 1);
  return Math.max(
    0,
    part.tiles.findIndex((tile) => tile.unit === unit),
  );
}

/** Single units take the rows that they need, pictures the rest, or a good half of it beside other pictures. */
function heightOf(main: Part, others: readonly Part[], { width, height }: ScreenRoom): number {
  if (others.length === 0) return height;
  const most = Math.floor(0.55 * height);
  const needed = (part: Part): number | undefined =>
    part.kind === "units" ? Math.min(most, unitLinesHeight(part, width - 4) + frame) : undefined;
  const below = others.map(needed).find((rows) => rows !== undefined);
  return needed(main) ?? (below === undefined ? most : height - below);
}

function layoutIn(tiles: Parameters<typeof gridLayout>[0], { width, height }: ScreenRoom) {
  return gridLayout(tiles, width - 4, height - frame - scaleRow);
}

function partPanel(part: Part, chosen: number, hint: string, room: ScreenRoom): Line[] {
  const { width, height, level } = room;
  const title: Line = [span(part.title, bold)];
  if (part.kind === "units") {
    const lines = unitLines(part, chosen, width - 4, height - frame, level);
    return panel({ title, ...noteOf(title, width, "", hint), width, height }, lines);
  }
  const { tiles, limit } = part;
  const layout = layoutIn(tiles, room);
  const first = firstShown(layout, chosen);
  const last = Math.min(tiles.length, first + layout.across * layout.down);
  const where = last - first < tiles.length ? `${first + 1}-${last} of ${tiles.length}` : "";
  const grid = gridLines(part, layout, first, (place) => tiles.length > 1 && place === chosen, level);
  const left = height - frame - scaleRow - grid.length;
  const meaning = wrapWords(part.meaning, width - 4).map((words): Line => [span(words, faint)]);
  const blank = Array.from({ length: Math.max(0, left) }, (): Line => []);
  return panel({ title, ...noteOf(title, width, where, hint), width, height }, [
    ...grid,
    ...(left > meaning.length ? [...blank.slice(meaning.length), ...meaning] : blank),
    heatScale(limit, width - 4, level, formatLoss),
  ]);
}

/** What stands in the border at the right, as much of it as there is room for: where one is, and how to get on. */
function noteOf(title: Line, width: number, where: string, hint: string): { note?: Line } {
  const room = width - lineWidth(title) - 9;
  const moves = where === "" ? "" : `${where}, ← →`;
  const texts = [[moves, hint].filter((words) => words !== "").join("  "), moves, where];
  const text = texts.find((words) => words.length <= room);
  return text === undefined || text === "" ? {} : { note: [span(text, faint)] };
}

function wrapped(value: number, count: number): number {
  return ((value % count) + count) % count;
}
