import { normalizePixels, oneHot } from "@gradwerk/mnist";
import { articleNetwork, evaluate, halfSquaredError, parametersOf, sgd, train } from "@gradwerk/nn";
import { createDevice } from "@gradwerk/tensor";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { backendNamed } from "../systems/backends.ts";
import type { ArticlePayload } from "../workloads/article.ts";
import type { CaseRun, Placement, Prepared } from "./protocol.ts";

const dtype = "float64";

/** The article's experiment in Gradwerk, as a user would write it. */
export async function prepare(payload: ArticlePayload, { backend, threads }: Placement): Promise<Prepared> {
  const { sizes, rate, seed } = payload;
  const [inputs] = sizes;
  const classCount = sizes[sizes.length - 1];
  const device = createDevice(await backendNamed(backend)({ threads }));

  const imagesOf = ({ pixels }: ArticlePayload["train"]): Float64Array =>
    normalizePixels(Buffer.from(pixels, "base64"), dtype);
  const trainImages = imagesOf(payload.train);
  const trainTargets = oneHot(payload.train.classes, classCount, dtype);
  const batches = payload.train.classes.map((_, i) => ({
    x: device.tensor(trainImages.subarray(i * inputs, (i + 1) * inputs), { shape: [1, inputs] }),
    targets: device.tensor(trainTargets.subarray(i * classCount, (i + 1) * classCount), {
      shape: [1, classCount],
    }),
  }));
  const testImages = device.tensor(imagesOf(payload.test), { shape: [payload.test.count, inputs] });
  const testClasses = device.tensor(Int32Array.from(payload.test.classes));

  return {
    version: "workspace",
    dtype,
    async run(caseId: string): Promise<CaseRun> {
      const model = articleNetwork(sizes, new NumpyRandom(seed));
      const parameters = model.initialize(device, dtype);
      const measure = (): Promise<number> => evaluate(model, parameters, testImages, testClasses);
      const proof: number[] = [];
      const started = performance.now();
      const run = train({
        device,
        model,
        parameters,
        loss: halfSquaredError,
        optimizer: sgd({ learningRate: rate }),
        steps: batches.length,
        batch: (step) => batches[step],
        ...(caseId === "train" ? {} : { evaluate: measure }),
      });
      for await (const { accuracy } of run) if (accuracy !== undefined) proof.push(accuracy);
      const value = performance.now() - started;
      if (caseId === "train") proof.push(await measure());
      for (const { tensor } of parametersOf(parameters)) tensor.dispose();
      return { value, proof };
    },
  };
}
