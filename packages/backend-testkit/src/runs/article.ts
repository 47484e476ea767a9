import { type DigitSet, normalizePixels, oneHot, selectDigits, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { articleNetwork, evaluate, halfSquaredError, sgd, train } from "@gradwerk/nn";
import type { Device } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import type { FloatDType } from "../conformance-case.ts";

/** What the article's run gave, step by step. */
export interface ArticleRun {
  readonly accuracy: readonly number[];
  readonly loss: readonly number[];
}

/** The images of digits 1 and 7 that the article trains and tests on. */
export interface ArticleImages {
  readonly train: DigitSet;
  readonly test: DigitSet;
}

/** Reads MNIST where it lies on this machine; nothing is downloaded. */
export async function loadArticleImages(): Promise<ArticleImages | undefined> {
  const offline = (): Promise<never> => Promise.reject(new Error("the kit downloads nothing"));
  const mnist = await loadMnist({ which: ["train"], fetch: offline }).catch(() => undefined);
  if (mnist === undefined) return undefined;
  const digits = selectDigits(mnist.train, [1, 7]);
  return { train: sliceSet(digits, 0, 200), test: sliceSet(digits, 2000, 3000) };
}

/** The article's experiment: 784-10-2, sigmoids, squared error, one image a step, 200 steps at rate 0.5, seed 7. */
export async function runArticle(
  device: Device,
  dtype: FloatDType,
  images: ArticleImages,
): Promise<ArticleRun> {
  using scope = device.openScope();
  const pixels = ({ pixels, count }: ArticleImages["train"]) =>
    device.tensor(normalizePixels(pixels, dtype), { shape: [count, 784] });
  const [trainImages, testImages] = [pixels(images.train), pixels(images.test)];
  const targets = device.tensor(oneHot(images.train.classes, 2, dtype), { shape: [images.train.count, 2] });
  const testClasses = device.tensor(Int32Array.from(images.test.classes));
  const model = articleNetwork([784, 10, 2], new NumpyRandom(7));
  const parameters = model.initialize(device, dtype);
  const accuracy: number[] = [];
  const loss: number[] = [];
  for await (const step of train({
    device,
    model,
    parameters,
    loss: halfSquaredError,
    optimizer: sgd({ learningRate: 0.5 }),
    steps: 200,
    batch: (i) => ({ x: trainImages.slice(0, i, i + 1), targets: targets.slice(0, i, i + 1) }),
    evaluate: () => evaluate(model, parameters, testImages, testClasses),
  })) {
    loss.push(step.loss);
    accuracy.push(step.accuracy ?? Number.NaN);
  }
  scope.close();
  return { accuracy, loss };
}
