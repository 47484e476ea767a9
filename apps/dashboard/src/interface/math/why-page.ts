import { bold, faint, type Line, span, wrapWords } from "../../drawing/styled-line.ts";
import type { MathPage } from "./page.ts";

const sections = [
  {
    head: "What is a gradient?",
    texts: [
      "The error depends on every weight. Nudge one weight by a tiny h and leave the others alone: the error changes by about slope * h. That slope is the derivative by this weight.",
      "Above 0: more of the weight makes the error larger. Below 0: smaller. 0: it does not matter here.",
      "The gradient is the list of all slopes. It points to where the error grows fastest, so a step goes the other way.",
    ],
  },
  {
    head: "Why does the accuracy fall in the first steps?",
    texts: [
      "Random weights begin with a prejudice: the article's network (digits 1 and 7, seed 7) calls almost everything a 7. Its first four images are all ones.",
      "Each of these steps makes the answer 7 weaker. A network that cannot tell the digits apart yet makes it weaker for all images: sevens that were called right, for no merit, are lost before ones are won.",
      "Then a 7 comes and pushes back. What both digits share cancels out over the steps; what differs stays, and that is what it learns.",
    ],
  },
  {
    head: "Which numbers are these?",
    texts: [
      "Those of the training itself. While the run goes they change several times a second; space freezes them, . and , go a step on or back, and the page stays.",
    ],
  },
] as const;

/** The page of words: what a gradient is, and why the first steps make it worse. */
export const whyPage: MathPage = {
  short: "why",
  title: "in plain words",
  down: { word: "scroll", change: ({ choice }, by) => ({ line: Math.max(0, choice.line + by) }) },
  draw: ({ choice }, { width, height }) => {
    const lines = sections.flatMap(({ head, texts }): Line[] => [
      [span(head, bold)],
      ...texts.flatMap((text) => wrapWords(text, width).map((words): Line => [span(words)])),
      [],
    ]);
    const last = lines.length - 1;
    if (last <= height) return lines.slice(0, height);
    const from = Math.min(choice.line, last - height + 1);
    const rest = last - from - height + 1;
    const more: Line = [span(rest > 0 ? `↓ ${rest} lines more` : "↑ the end", faint)];
    return [...lines.slice(from, from + height - 1), more];
  },
};
