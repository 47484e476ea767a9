import { formatCount, formatDuration, formatLoss, formatPercent } from "../drawing/format.ts";
import type { Json, RunRecord } from "../history/record.ts";
import { meaningOf } from "../interface/train/summary.ts";
import { asCommand } from "./as-command.ts";
import { pageColors } from "./colors.ts";
import { confusionSection } from "./confusion-section.ts";
import { curvesOf, type RunCurve } from "./curves.ts";
import { lineChart } from "./line-chart.ts";
import { type Markup, markup } from "./markup.ts";
import { pageStyle } from "./page-style.ts";
import { mistakesSection, weightsSection } from "./picture-sections.ts";

/**
 * A run as one HTML file that needs nothing else: no network, no script. At most 2 MB, whatever the run holds.
 */
export function reportPage(run: RunRecord): string {
  const { id, name, info, environment, watched } = run;
  const title = name ?? (watched ? info.preset : `${info.preset} on ${info.dataSet}`);
  return `<!doctype html>\n${
    markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="gradwerk ${environment.gradwerk}">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${shortened(title)} · Gradwerk</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<p class="kicker">Gradwerk · a training run</p>
<h1>${shortened(title)}</h1>
<p>${introduction(run)}</p>
</header>
<main>
${figuresSection(run)}
${curvesSection(run)}
${run.results && confusionSection(run.results)}
${run.results && weightsSection(run.results)}
${run.results && mistakesSection(run.results)}
${configurationSection(run)}
</main>
<footer><p>Run ${id}. This file stands by itself: it loads nothing and runs no script.</p></footer>
</body>
</html>
`.text
  }`;
}

function introduction({ info, started, status, failure, watched }: RunRecord): Markup {
  const what = watched
    ? `The training of another program, as it told of it${info.architecture === "" ? "" : `: ${info.architecture}`}`
    : `A ${info.architecture} network learns ${info.dataSet}`;
  const classes = info.digits.length > 10 ? `, ${info.digits.length} classes` : "";
  const when = `${started.slice(0, 10)}, ${started.slice(11, 16)} UTC`;
  const how: Readonly<Record<RunRecord["status"], string>> = {
    finished: "",
    running: " It was still running when this was written.",
    interrupted: " It was interrupted before its last step.",
    lost: " It was cut off before its last step.",
    failed: ` It failed: ${shortened(failure ?? "")}`,
  };
  return markup`${what}${classes}. <span class="nowrap">${when}.</span>${how[status]}`;
}

function figuresSection(run: RunRecord): Markup {
  const { ending, info, steps } = run;
  const done = ending?.steps ?? steps.at(-1)?.step ?? 0;
  const accuracy = ending?.accuracy;
  const figures: [string, string][] = [
    ...(accuracy === undefined ? [] : [["accuracy", formatPercent(accuracy)] as [string, string]]),
    [
      "steps",
      done === info.steps || info.steps === 0
        ? formatCount(done)
        : `${formatCount(done)} of ${formatCount(info.steps)}`,
    ],
  ];
  if (ending !== undefined) {
    figures.push(
      ["last loss", formatLoss(ending.loss)],
      ["time in all", formatDuration(ending.seconds.total)],
    );
    const { train } = ending.seconds;
    if (train > 0 && info.batchSize > 0)
      figures.push(["images a second", formatCount((done * info.batchSize) / train)]);
  }
  return markup`<section aria-label="Key figures">
<dl class="figures">${figures.map(
    ([name, value]) => markup`
<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}
</dl>
${accuracy !== undefined && info.outputs !== "image" && info.testCount > 0 ? markup`<p>${meaningOf(accuracy, info)}</p>` : undefined}
</section>`;
}

function curvesSection(run: RunRecord): Markup {
  const curves = curvesOf(run, pageColors);
  if (curves.length === 0)
    return markup`<section><h2>Curves</h2><p>The run ended before its first step.</p></section>`;
  return markup`<section><h2>Curves</h2>${curves.map(curveFigure)}</section>`;
}

/** A wide and a narrow chart, of which the page shows the one that fits: their words keep their size. */
function curveFigure({ chart, caption, rows }: RunCurve): Markup {
  return markup`
<figure>
<figcaption>${caption}</figcaption>
<div class="wide">${lineChart(chart, { width: 760, height: 280 }, pageColors)}</div>
<div class="narrow">${lineChart(chart, { width: 360, height: 220 }, pageColors)}</div>
<details><summary>as a table</summary>
<table><thead><tr><th scope="col">step</th><th scope="col">value</th></tr></thead><tbody>${rows.map(
    ([step, value]) => markup`
<tr><td>${step}</td><td>${value}</td></tr>`,
  )}</tbody></table></details>
</figure>`;
}

function configurationSection({ config, info, environment, watched }: RunRecord): Markup {
  const { backend } = info;
  const command = watched ? "" : asCommand(config);
  const counts = `${formatCount(info.trainCount)} training and ${formatCount(info.testCount)} test images`;
  const threads = `${formatCount(backend.threads)} thread${backend.threads === 1 ? "" : "s"}`;
  // Of another program this much is seldom known.
  const trained: [string, string][] = [
    ["backend", `${backend.name}, ${backend.dtype}, ${threads}, SIMD ${backend.simd}`],
    ["data", `${info.dataSource}: ${counts}`],
  ];
  const machine: [string, string][] = [
    ...(watched ? [] : trained),
    ["processor", `${environment.cpu}, ${formatCount(environment.cores)} cores`],
    ["memory", `${(environment.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ["system", environment.platform],
    ["Node", environment.node],
    ["gradwerk", environment.gradwerk],
    ...Object.entries(info.sha256).map(([file, hash]): [string, string] => [file, `SHA-256 ${hash}`]),
  ];
  const options = Object.entries(config).map(([option, value]): [string, string] => [option, inWords(value)]);
  return markup`<section><h2>Configuration</h2>
${command === "" ? undefined : markup`<p>The same run once more:</p><pre><code>${command}</code></pre>`}
<div class="columns">
<table><caption>Options</caption>${options.slice(0, 100).map(factRow)}</table>
<table><caption>Environment</caption>${machine.slice(0, 30).map(factRow)}</table>
</div>
</section>`;
}

function factRow([name, value]: readonly [string, string]): Markup {
  return markup`
<tr><th scope="row">${shortened(name)}</th><td>${shortened(value)}</td></tr>`;
}

function inWords(value: Json): string {
  if (value === null) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value)
    ? value.map(inWords).join(", ")
    : typeof value === "object"
      ? JSON.stringify(value)
      : String(value);
}

/** Words of a run may be of any length. */
function shortened(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}
