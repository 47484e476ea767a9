import type { StepAnatomy } from "../../run/inspection.ts";
import { backPage } from "./back-pages.ts";
import { errorPage } from "./error-page.ts";
import { followPage } from "./follow-page.ts";
import { gradientPage } from "./gradient-page.ts";
import { inputPage } from "./input-page.ts";
import { layersPages } from "./layers-pages.ts";
import { activationPage, softmaxPage } from "./output-pages.ts";
import type { MathPage } from "./page.ts";
import { ratesPage } from "./rates-page.ts";
import { stepPage } from "./step-page.ts";
import { sumPage } from "./sum-page.ts";
import { treePage } from "./tree-page.ts";
import { updatePage } from "./update-page.ts";
import { whyPage } from "./why-page.ts";

/** The pages of a step, in the order in which the article derives it: forward, the error, back, the update. */
export function pagesOf(anatomy: StepAnatomy): readonly MathPage[] {
  const { layers, others, lossName } = anatomy;
  const places = layers.map((_, layer) => layer);
  const backwards = places.toReversed();
  const last = layers.length - 1;
  const isDense = layers.length > 0;
  const before = others.length === 0 ? undefined : layersPages(anatomy);
  return [
    stepPage,
    ...(before === undefined ? [] : [before.forward]),
    ...(isDense ? [inputPage(anatomy)] : []),
    ...places.flatMap((layer) =>
      layers[layer].activation === "none"
        ? [sumPage(anatomy, layer)]
        : [sumPage(anatomy, layer), activationPage(anatomy, layer)],
    ),
    ...(isDense && lossName === "cross entropy" ? [softmaxPage(anatomy)] : []),
    errorPage(last),
    ...backwards.map((layer) => backPage(anatomy, layer)),
    ...(before === undefined ? [] : [before.back]),
    ...backwards.map((layer) => gradientPage(anatomy, layer)),
    updatePage,
    followPage,
    ...(layers.length > 1 ? [treePage] : []),
    ratesPage,
    whyPage,
  ];
}

/** The page at a place that is counted on without end. */
export function pageAt(pages: readonly MathPage[], place: number): number {
  return ((place % pages.length) + pages.length) % pages.length;
}
