import { formatCount, formatPercent } from "../drawing/format.ts";
import type { RunResults } from "../run/results.ts";
import { Markup, markup } from "./markup.ts";

/** With more classes a matrix is too large to be read, and only what is confused most is listed. */
const mostColumns = 20;
const mostPairs = 20;

/** What was taken for what, and how well each class is told. */
export function confusionSection(results: RunResults): Markup {
  const { classes } = results;
  if (classes.length === 0) return new Markup("");
  return markup`<section><h2>Confusion matrix</h2>
<div class="beside">
${classes.length <= mostColumns ? matrix(results) : undefined}
${classTable(results)}
</div>
${pairs(results)}
</section>`;
}

function matrix({ classes, confusion }: RunResults): Markup {
  const row = (counts: readonly number[], truth: number): Markup => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return markup`
<tr><th scope="row">${classes[truth]}</th>${counts.map((count, guess) => cell(count, total, guess === truth))}</tr>`;
  };
  return markup`<figure><figcaption id="matrix">Test images by what they are (rows) and by what the network says
(columns). Right ones are on the diagonal.</figcaption>
<div class="scroll"><table class="matrix" aria-labelledby="matrix">
<thead><tr><td></td>${classes.map((name) => markup`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${confusion.map(row)}</tbody>
</table></div></figure>`;
}

/** Mistakes are shaded by the root of their share: few of a hundred are what one looks for. */
function cell(count: number, total: number, isRight: boolean): Markup {
  const share = total === 0 ? 0 : count / total;
  const strength = isRight ? share : Math.sqrt(share);
  const kind = isRight ? "right" : count === 0 ? "none" : "wrong";
  return markup`<td class="${kind}${strength > 0.55 ? " deep" : ""}" style="--share:${Math.round(100 * strength)}%">${formatCount(count)}</td>`;
}

function pairs({ classes, confusion }: RunResults): Markup {
  const mistaken = confusion
    .flatMap((row, truth) => row.map((count, guess) => ({ count, truth, guess })))
    .filter(({ count, truth, guess }) => truth !== guess && count > 0)
    .sort((a, b) => b.count - a.count);
  if (mistaken.length === 0) return markup`<p>Every test image was told right.</p>`;
  if (classes.length <= 2) return new Markup("");
  const most = mistaken.slice(0, classes.length <= mostColumns ? 3 : mostPairs);
  const words = most.map(
    ({ count, truth, guess }) => `${classes[truth]} for ${classes[guess]} (${formatCount(count)})`,
  );
  return markup`<p>Mistaken most often: ${words.join(", ")}.</p>`;
}

function classTable({ classes, confusion }: RunResults): Markup {
  const rows = classes.map((name, i) => {
    const images = sum(confusion[i]);
    const said = sum(confusion.map((row) => row[i]));
    const right = confusion[i][i];
    return markup`
<tr><th scope="row">${name}</th><td>${formatCount(images)}</td><td>${share(right, images)}</td><td>${share(right, said)}</td></tr>`;
  });
  return markup`<figure><figcaption id="classes">Recall: of the images of a class, the share told right. Precision: of those
taken for it, the share that are.</figcaption>
<table class="numbers" aria-labelledby="classes">
<thead><tr><th scope="col">class</th><th scope="col">images</th><th scope="col">recall</th><th scope="col">precision</th></tr></thead>
<tbody>${rows.slice(0, 200)}</tbody></table></figure>`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function share(part: number, whole: number): string {
  return whole === 0 ? "–" : formatPercent(part / whole);
}
