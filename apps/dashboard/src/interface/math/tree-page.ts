import { palette } from "../../drawing/color.ts";
import { divergingBar } from "../../drawing/diverging-bar.ts";
import { formatNumber } from "../../drawing/format.ts";
import { faint, fitLine, type Line, span, wrapWords } from "../../drawing/styled-line.ts";
import { signed } from "../../drawing/table.ts";
import type { StepAnatomy } from "../../run/inspection.ts";
import { backWithNumbers, formulasOf, outputWithNumbers } from "./back-pages.ts";
import { type Branch, branchesOf } from "./back-tree.ts";
import { rootBranch } from "./choice.ts";
import { moveOnWay, unitsOf } from "./moves.ts";
import { isLast } from "./names.ts";
import { formulaLines, type MathPage, numberLines, type Scene } from "./page.ts";

/** The page of the recursion: `back` of one unit as a tree of the units that it feeds. */
export const treePage: MathPage = {
  short: "tree",
  title: "back(l, j) unrolled as a tree",
  down: { word: "branch", change: (scene, by) => ({ branch: neighbouringBranch(scene, by) }) },
  across: moveOnWay("unit", 1, (scene) => unitsOf(scene, 0)),
  draw: (scene, { width, height }) => {
    const { anatomy } = scene;
    const branches = shownBranches(scene);
    const chosen = chosenIn(branches, scene.choice.branch);
    const { layer, unit } = branches[chosen];
    const [formula] = formulasOf(anatomy, layer);
    const numbers = isLast(anatomy, layer)
      ? outputWithNumbers(anatomy, layer, unit)
      : backWithNumbers(anatomy, layer, unit);
    const words = wrapWords(treeWords, width).map((text): Line => [span(text)]);
    // The letters stand on the pages of back; branches need the room more.
    const letters = height >= roomy ? formulaLines(formula, width) : [];
    const below = [...letters, ...numberLines(numbers, width)];
    const gap: Line[] = height >= roomy ? [[]] : [];
    const room = height - words.length - below.length - 2 * gap.length - 1;
    const from = Math.max(0, Math.min(chosen - (room >> 1), branches.length - room));
    const count =
      branches.length > room
        ? `${from + 1}-${Math.min(branches.length, from + room)} of ${branches.length}`
        : "";
    return [
      ...words,
      ...gap,
      fitLine([span(`${"".padEnd(labelWidth)} back      its share ${count}`, faint)], width),
      ...branches
        .slice(from, from + room)
        .map((branch, row) => branchLine(anatomy, branch, from + row === chosen, width)),
      ...gap,
      ...below,
    ].slice(0, height);
  },
};

const treeWords =
  "back of a unit asks each unit that it feeds for its own back: a recursion. Return opens and closes a branch.";

/** Rows from which blank lines part the parts. */
const roomy = 16;

/** What Return does on the page: opens the chosen branch, or closes it. */
export function toggledBranch({ choice }: Scene): { readonly open: readonly string[] } {
  const { open, branch } = choice;
  return { open: open.includes(branch) ? open.filter((key) => key !== branch) : [...open, branch] };
}

function shownBranches({ anatomy, way, choice }: Scene): Branch[] {
  return branchesOf(anatomy, way[1], choice.open);
}

/** Of a branch that is not shown any more the root takes the place. */
function chosenIn(branches: readonly Branch[], key: string): number {
  return Math.max(
    0,
    branches.findIndex((branch) => branch.key === key),
  );
}

function neighbouringBranch(scene: Scene, by: number): string {
  const branches = shownBranches(scene);
  const place = chosenIn(branches, scene.choice.branch) + by;
  return branches[Math.max(0, Math.min(place, branches.length - 1))]?.key ?? rootBranch;
}

/** Cells of a branch's name, of a number, and of a bar. */
const labelWidth = 22;
const numberWidth = 10;
const leastBar = 5;
const widestBar = 41;
const signs: Readonly<Record<Branch["state"], string>> = { open: "▾", closed: "▸", leaf: "·" };

function branchLine({ layers }: StepAnatomy, branch: Branch, isChosen: boolean, width: number): Line {
  const { depth, layer, unit, share, state, part } = branch;
  const label = `${"  ".repeat(depth)}${signs[state]} back(${layer}, ${unit})`;
  const numbers = [layers[layer].back[unit], share].map((value) =>
    (value === undefined ? "" : signed(formatNumber(value))).padEnd(numberWidth),
  );
  const room = Math.min(widestBar, width - labelWidth - numberWidth * numbers.length);
  const bars = share === undefined || room < leastBar ? [] : divergingBar(part, room);
  const style = isChosen ? { bold: true, foreground: palette.accent } : undefined;
  return fitLine([span(label.padEnd(labelWidth) + numbers.join(""), style), ...bars], width);
}
