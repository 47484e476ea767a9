import type { Machine } from "../machine.ts";
import { describeMachine } from "../machine.ts";
import type { Row } from "../results/row.ts";
import { labelOf } from "../systems/system.ts";
import { formatMeasured } from "./format-measured.ts";
import { axis, rangeMark, scaleOf } from "./range-plot.ts";
import { ratioLegend } from "./table.ts";

const style = `
:root { color-scheme: light dark; --text: light-dark(#1d2129, #e4e7ec); --quiet: light-dark(#5b6472, #9aa3b2);
  --page: light-dark(#fff, #14171c); --line: light-dark(#dfe3e8, #2c323b); --own: light-dark(#0a6cbd, #62b0f5);
  --peer: light-dark(#8a5a00, #dba64a); --bad: light-dark(#b3261e, #ff8a80); }
body { margin: 2rem auto; max-width: 64rem; padding: 0 1rem; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p, caption, th, .quiet { color: var(--quiet); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .8rem .3rem 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { font-weight: 500; } th:first-child, td:first-child, td.reason { text-align: left; }
td.reason { color: var(--bad); white-space: normal; }
svg { display: block; } svg text { fill: var(--quiet); font-size: 11px; }
.grid { stroke: var(--line); } .range { stroke: var(--peer); stroke-width: 3; } .median { fill: var(--peer); }
.gradwerk { font-weight: 600; } .gradwerk .range { stroke: var(--own); } .gradwerk .median { fill: var(--own); }
`;

/** The result as one page that needs nothing else: no script, no font, no network. */
export function formatHtml(rows: readonly Row[], machine: Machine): string {
  const cases = Map.groupBy(rows, (row) => `${row.workload}: ${row.case}`);
  const sections = [...cases].map(([title, inCase]) => caseSection(title, inCase));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gradwerk benchmark</title>
<style>${style}</style>
</head>
<body>
<h1>Gradwerk benchmark</h1>
<p>${escaped(describeMachine(machine))}</p>
${sections.join("\n")}
<p>${escaped(ratioLegend)} The line goes from the fastest to the slowest run, the dot is the median.</p>
</body>
</html>
`;
}

function caseSection(title: string, rows: readonly Row[]): string {
  const { scale, ticks } = scaleOf(rows);
  const unit = escaped(rows[0]?.unit ?? "");
  const body = rows.map((row) => {
    const kind = row.system === "gradwerk" ? ' class="gradwerk"' : "";
    return `<tr${kind}><td>${escaped(labelOf(row))}</td><td>${escaped(versionOf(row))}</td>${valueCells(row)}<td>${rangeMark(row, scale, ticks)}</td></tr>`;
  });
  return `<h2>${escaped(title)}</h2>
<div class="scroll"><table>
<thead><tr><th>system</th><th>version</th><th>median ${unit}</th><th>min - max</th><th>runs</th><th>ratio</th><th></th></tr></thead>
<tbody>
${body.join("\n")}
<tr><td colspan="6"></td><td>${axis(scale, ticks)}</td></tr>
</tbody>
</table></div>`;
}

function versionOf({ version, dtype }: Row): string {
  return [version, dtype].filter((part) => part !== null).join(", ");
}

function valueCells({ median, min, max, runs, ratio, reason }: Row): string {
  if (median === null || min === null || max === null) {
    return `<td colspan="4" class="reason">failed: ${escaped(reason ?? "")}</td>`;
  }
  const shown = ratio === null ? "no peer" : formatMeasured(ratio);
  const range = `${formatMeasured(min)} - ${formatMeasured(max)}`;
  return `<td>${formatMeasured(median)}</td><td>${range}</td><td>${runs}</td><td>${shown}</td>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
