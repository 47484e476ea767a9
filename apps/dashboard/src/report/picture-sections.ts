import { formatLoss, formatPercent } from "../drawing/format.ts";
import type { Mistake, RunResults } from "../run/results.ts";
import { Markup, markup } from "./markup.ts";
import { dataUri, digitPng, weightPng } from "./pictures.ts";

/** Characters that the pictures of a section may take, so that the page stays below 2 MB. */
const room = 600_000;

/** The weights of the first layer, a picture for each unit. */
export function weightsSection({ weights }: RunResults): Markup {
  const pictures = fitting(
    weights,
    (weight) =>
      markup`
<li><img src="${dataUri(weightPng(weight))}" width="${weight.columns}" height="${weight.rows}" alt="Weights of ${weight.path}, ${weight.index}; the largest is ${formatLoss(weight.limit)}"></li>`,
  );
  const [first] = weights;
  if (first === undefined || pictures.length === 0) return new Markup("");
  const isKernel = first.rows < 12;
  return markup`<section><h2>What the first layer looks at</h2>
<p>${isKernel ? "Each picture is a kernel of the first convolution." : "Each picture is a unit: how much each pixel speaks for it."}
<span class="key positive">Vermilion</span> pixels raise it, <span class="key negative">blue</span> ones lower it, plain ones do nothing.
Each picture is scaled to its own largest weight.</p>
${folded(pictures, 40, `weights${isKernel ? " kernels" : ""}`)}</section>`;
}

/** The mistakes, the worst first. */
export function mistakesSection({ mistakes, classes, givesProbabilities }: RunResults): Markup {
  if (mistakes.length === 0) return new Markup("");
  const figures = fitting(mistakes, (mistake) => mistakeFigure(mistake, classes, givesProbabilities));
  return markup`<section><h2>Worst mistakes</h2>
<p>The test images for which most speaks for the wrong class. The numbers are ${
    givesProbabilities
      ? "the network's probabilities"
      : "the network's outputs, one for each class from 0 to 1"
  }.</p>
${folded(figures, 12, "mistakes")}</section>`;
}

function mistakeFigure(
  { index, truth, guess, outputs, image }: Mistake,
  classes: readonly string[],
  areProbabilities: boolean,
): Markup {
  const format = (output: number): string => (areProbabilities ? formatPercent(output) : output.toFixed(3));
  const shown = [...new Set([guess, truth, ...byOutput(outputs)])].slice(0, 3);
  const bars = shown
    .sort((a, b) => outputs[b] - outputs[a])
    .map((i) => {
      const width = Math.round(100 * Math.min(1, Math.max(0, outputs[i])));
      const sign = i === truth ? "✓" : i === guess ? "✗" : "";
      return markup`
<tr><th scope="row">${classes[i]} ${sign}</th><td><span class="bar ${i === truth ? "right" : "wrong"}" style="width:${width}%"></span></td><td>${format(outputs[i])}</td></tr>`;
    });
  return markup`
<li><figure><img src="${dataUri(digitPng(image))}" width="${image.columns}" height="${image.rows}" alt="Test image ${index}: ${classes[truth]}, taken for ${classes[guess]}">
<figcaption>is <b>${classes[truth]}</b>, says <b>${classes[guess]}</b></figcaption>
<table class="bars">${bars}</table></figure></li>`;
}

function byOutput(outputs: readonly number[]): number[] {
  return outputs.map((_, i) => i).sort((a, b) => outputs[b] - outputs[a]);
}

/** The first ones as a list, and the others behind a word. */
function folded(items: readonly Markup[], shown: number, kind: string): Markup {
  const list = (some: readonly Markup[]): Markup => markup`<ul class="${kind}">${some}
</ul>`;
  const rest = items.slice(shown);
  if (rest.length === 0) return list(items);
  return markup`${list(items.slice(0, shown))}
<details><summary>${rest.length} more</summary>${list(rest)}</details>`;
}

/** As many as there is room for. */
function fitting<T>(items: readonly T[], draw: (item: T) => Markup): Markup[] {
  const drawn: Markup[] = [];
  let left = room;
  for (const item of items) {
    const picture = draw(item);
    left -= picture.text.length;
    if (left < 0) break;
    drawn.push(picture);
  }
  return drawn;
}
