// The figures of docs/backpropagation.md, each a block of text with a name.
import {
  type Data,
  freshNetwork,
  judge,
  learningRate,
  loadData,
  runArticle,
  steps,
  type Verdict,
} from "./article-run.ts";
import { errorAfterStep, errorNear, type FirstStep, type Place, takeFirstStep } from "./first-step.ts";
import { drawPixels, learnedPixels } from "./pixels.ts";

/** The two weights that the page follows: one of each layer, through hidden unit 3. */
const second: Place = { l: 1, j: 0, i: 3 };
const first: Place = { l: 0, j: 3, i: 406 };

/** Everything on the page that was computed. Takes some seconds. */
export async function computeBlocks(): Promise<ReadonlyMap<string, string>> {
  const data = await loadData();
  const step = takeFirstStep(data);
  return new Map([
    ["image", drawImage(step)],
    ["forward", forward(step)],
    ["error", errorOf(step)],
    ["back-1", backOfLast(step)],
    ["back-0", backBelow(step)],
    ["update", updates(step)],
    ["tape", tapeTable(step)],
    ["tape-line", tapeLine(step)],
    ["differences", differences(data, step)],
    ["rates", await rates(data, step)],
    ["fall", await fall(data)],
    ["sevens-first", await sevensFirst(data)],
    ["pixels", drawPixels(await learnedPixels(data))],
  ]);
}

function drawImage({ image }: FirstStep): string {
  const rows = Array.from({ length: 28 }, (_, row) => image.slice(28 * row, 28 * (row + 1)));
  const lit = rows.flatMap((row, y) => (row.some((pixel) => pixel > 0) ? [y] : []));
  const picture = rows.slice(lit[0], lit[lit.length - 1] + 1).map((row) =>
    row
      .map((pixel) => (pixel > 0.5 ? "##" : pixel > 0 ? "::" : "  "))
      .join("")
      .trimEnd(),
  );
  const count = image.filter((pixel) => pixel > 0).length;
  return [...picture, "", `${count} of 784 pixels are lit; a(0, ${first.i}) = ${fixed(image[first.i])}`].join(
    "\n",
  );
}

function forward({ weights, x, a }: FirstStep): string {
  const hidden = x[0].map((sum, j) => [
    `${j}`,
    fixed(sum),
    fixed(a[1][j]),
    fixed(weights[1][0][j]),
    fixed(weights[1][1][j]),
  ]);
  const outputs = x[1].map(
    (sum, k) => `x(1, ${k}) = ${fixed(sum).padStart(7)}    y_${k} = s(${fixed(sum)}) = ${fixed(a[2][k])}`,
  );
  return [table(["j", "x(0, j)", "a(1, j)", "W(1, 0, j)", "W(1, 1, j)"], hidden), "", ...outputs].join("\n");
}

function errorOf({ a, target, error }: FirstStep): string {
  const [, , y] = a;
  const squares = y.map((value, k) => `(${fixed(value)} - ${target[k]})^2`).join(" + ");
  return `E = 1/2 (${squares}) = ${fixed(error)}`;
}

function backOfLast({ a, target, back }: FirstStep): string {
  return a[2]
    .map((y, k) => {
      const factors = `(${fixed(y)} - ${target[k]}) * ${fixed(y)} * (1 - ${fixed(y)})`;
      return `back(1, ${k}) = ${factors} = ${fixed(back[1][k])}`;
    })
    .join("\n");
}

function backBelow({ a, weights, back }: FirstStep): string {
  const rows = a[1].map((value, j) => {
    const sum = back[1].reduce((total, b, k) => total + b * weights[1][k][j], 0);
    return [`${j}`, short(value * (1 - value)), fixed(sum), short(back[0][j])];
  });
  const { j } = first;
  const products = back[1].map((b, k) => `${signed(b)} * ${signed(weights[1][k][j])}`).join(" + ");
  const slope = fixed(a[1][j] * (1 - a[1][j]));
  const shown = `back(0, ${j}) = ${slope} * (${products}) = ${short(back[0][j])}`;
  return [table(["j", "s'(x(0, j))", "the sum", "back(0, j)"], rows), "", shown].join("\n");
}

function updates({ a, back, weights, newWeights, gradients }: FirstStep): string {
  return [second, first]
    .flatMap((place) => {
      const { l, j, i } = place;
      const name = `W(${l}, ${j}, ${i})`;
      const slope = slopeAt({ gradients }, place);
      return [
        `dE/d${name} = back(${l}, ${j}) a(${l}, ${i}) = ${short(back[l][j])} * ${fixed(a[l][i])} = ${short(slope)}`,
        `${name}: ${six(weights[l][j][i])} - ${learningRate} * ${signed(slope, short)} = ${six(newWeights[l][j][i])}`,
        "",
      ];
    })
    .join("\n")
    .trimEnd();
}

function tapeTable({ tape }: FirstStep): string {
  const values = (numbers: readonly number[]) =>
    numbers.length > 2 ? `${numbers.length} numbers` : numbers.map((value) => fixed(value)).join(", ");
  const rows = tape.map(({ op, shapes, output, g }, n) => [
    `${n + 1}`,
    op,
    shapes,
    values(output),
    values(g),
  ]);
  return table(["", "op", "shapes", "output", "g: dE / d output"], rows, 3);
}

function tapeLine({ tape }: FirstStep): string {
  const { output, g } = tape[3];
  return output
    .map((y, k) => {
      const below = tape[2].g[k];
      return `g = ${fixed(g[k])}, y = ${fixed(y)}:  g y (1 - y) = ${fixed(below)}`;
    })
    .join("\n");
}

function differences(data: Data, step: FirstStep): string {
  const places = [second, first];
  const rows = [1, 0.1, 0.01, 0.001].map((h) => [
    `${h}`,
    ...places.map((place) =>
      ((errorNear(data, place, h) - errorNear(data, place, -h)) / (2 * h)).toFixed(10),
    ),
  ]);
  const exact = ["back * a", ...places.map((place) => slopeAt(step, place).toFixed(10))];
  const names = places.map(({ l, j, i }) => `by W(${l}, ${j}, ${i})`);
  return table(["h", ...names], [...rows, exact]);
}

async function rates(data: Data, { error, squaredLength }: FirstStep): Promise<string> {
  const rows: string[][] = [];
  for (const rate of [0.05, learningRate, 5, 50]) {
    const after = errorAfterStep(data, rate);
    const accuracy = await accuracyOf(data, rate);
    rows.push([`${rate}`, fixed(error - rate * squaredLength), fixed(after), accuracy.toFixed(3)]);
  }
  return table(["rate", "E along the slope", "E after the step", "accuracy after 200 steps"], rows);
}

async function accuracyOf(data: Data, rate: number): Promise<number> {
  let accuracy = Number.NaN;
  await runArticle(data, { rate }, (network, step) => {
    if (step === steps) accuracy = judge(data, network).accuracy;
  });
  return accuracy;
}

async function fall(data: Data): Promise<string> {
  const row = (step: string, digit: string, { calledSeven, right, lead, accuracy }: Verdict) => [
    step,
    digit,
    `${calledSeven}`,
    `${right[0]}`,
    `${right[1]}`,
    accuracy.toFixed(3),
    lead[0].toFixed(2),
    lead[1].toFixed(2),
  ];
  const shown = [1, 2, 3, 4, 5, 6, 7, 13, 14, 15, steps];
  const rows = [row("0", "-", judge(data, freshNetwork(data)))];
  await runArticle(data, {}, (network, step) => {
    if (!shown.includes(step)) return;
    rows.push(row(`${step}`, `${data.train.labels[step - 1]}`, judge(data, network)));
  });
  const head = ["step", "digit", "called 7", "1s right", "7s right", "accuracy", "lead on 1s", "lead on 7s"];
  const sevens = data.testClasses.filter((digit) => digit === 1).length;
  return [table(head, rows), "", `among ${data.testClasses.length - sevens} ones and ${sevens} sevens`].join(
    "\n",
  );
}

async function sevensFirst(data: Data): Promise<string> {
  const images = Array.from(data.train.classes.keys()).filter((index) => data.train.labels[index] === 7);
  const accuracies = [judge(data, freshNetwork(data)).accuracy];
  await runArticle(data, { images, count: 4 }, (network) => {
    accuracies.push(judge(data, network).accuracy);
  });
  return `accuracy: ${accuracies.map((accuracy) => accuracy.toFixed(3)).join("  ")}`;
}

function slopeAt({ gradients }: Pick<FirstStep, "gradients">, { l, j, i }: Place): number {
  return gradients[l][j][i];
}

/** Columns as wide as what is in them, numbers to the right; the first `texts` columns after the first to the left. */
function table(head: readonly string[], rows: readonly (readonly string[])[], texts = 0): string {
  const lines = [head, ...rows];
  const widths = head.map((_, c) => Math.max(...lines.map((line) => line[c].length)));
  const cell = (text: string, c: number) =>
    c > 0 && c < texts ? text.padEnd(widths[c]) : text.padStart(widths[c]);
  return lines.map((line) => line.map(cell).join("  ").trimEnd()).join("\n");
}

function fixed(value: number): string {
  return value.toFixed(4);
}

function six(value: number): string {
  return value.toFixed(6);
}

/** Three or four digits that count, however small the number. */
function short(value: number): string {
  return Math.abs(value) >= 0.1
    ? fixed(value)
    : Math.abs(value) >= 1e-4
      ? value.toPrecision(4)
      : value.toExponential(2);
}

/** In brackets where it is negative. */
function signed(value: number, show: (value: number) => string = fixed): string {
  return value < 0 ? `(${show(value)})` : show(value);
}
