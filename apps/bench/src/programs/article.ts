import { oneHot } from "@gradwerk/mnist";
import {
  articleNetwork,
  countCorrect,
  halfSquaredError,
  mapParameters,
  parametersOf,
  sgd,
  valueAndGrad,
} from "@gradwerk/nn";
import { assign, createDevice, gatherRows, type Tensor } from "@gradwerk/tensor";
import { capture } from "@gradwerk/tensor/capture";
import { NumpyRandom } from "@gradwerk/tensor/random";
import { accumulate } from "@gradwerk/tensor/training";
import { bytesOf, type PackedSet } from "../data/packing.ts";
import { backendNamed } from "../systems/backends.ts";
import type { ArticlePayload } from "../workloads/article.ts";
import type { CaseRun, Placement, Prepared } from "./protocol.ts";

const dtype = "float64";

/** The article's experiment in Gradwerk: one captured step that takes the next image by itself, and one evaluation. */
export async function prepare(payload: ArticlePayload, { backend, threads }: Placement): Promise<Prepared> {
  const { sizes, rate, seed } = payload;
  const [inputs] = sizes;
  const classCount = sizes[sizes.length - 1];
  const device = createDevice(await backendNamed(backend)({ threads }));

  const imagesOf = ({ pixels, count }: PackedSet): Tensor =>
    device.tensor(bytesOf(pixels), { shape: [count, inputs] });
  const steps = payload.train.count;
  const trainImages = imagesOf(payload.train);
  const trainTargets = device.tensor(oneHot(payload.train.classes, classCount, dtype), {
    shape: [steps, classCount],
  });
  const testImages = imagesOf(payload.test);
  const testClasses = device.tensor(Int32Array.from(payload.test.classes));
  const everyTestRow = device.arange(payload.test.count);
  const floats = (images: Tensor, rows: Tensor): Tensor =>
    gatherRows(images, rows)
      .cast(dtype)
      .mul(1 / 255);

  const model = articleNetwork(sizes, new NumpyRandom(seed));
  const parameters = model.initialize(device, dtype);
  const first = mapParameters(parameters, (tensor) => tensor.add(0));
  const optimizer = sgd({ learningRate: rate });
  const state = optimizer.initialize(parameters);
  const learningRate = device.full([], rate, { dtype });
  const position = device.zeros([1], { dtype: "int32" });

  const lossAndGradients = valueAndGrad((weights: typeof parameters, x: Tensor, targets: Tensor) =>
    halfSquaredError(model.apply(weights, x), targets),
  );
  const step = capture(device, () => {
    const { value, gradients } = lossAndGradients(
      parameters,
      floats(trainImages, position),
      gatherRows(trainTargets, position),
    );
    optimizer.update(parameters, gradients, state, learningRate);
    accumulate(position, 1);
    return value;
  });
  const count = capture(device, () =>
    countCorrect(model.apply(parameters, floats(testImages, everyTestRow)), testClasses),
  );
  const accuracy = async (): Promise<number> => {
    using correct = count();
    return (await correct.item()) / payload.test.count;
  };
  const startOver = (): void => {
    const firsts = parametersOf(first);
    for (const [i, { tensor }] of parametersOf(parameters).entries()) assign(tensor, firsts[i].tensor);
    device.scope(() => assign(position, device.zeros([1], { dtype: "int32" })));
  };
  // Traced before the clock runs.
  step().dispose();
  await accuracy();

  return {
    version: "workspace",
    dtype,
    async run(caseId: string): Promise<CaseRun> {
      startOver();
      const proof: number[] = [];
      const started = performance.now();
      if (caseId === "train") {
        using loss = step.repeat(steps);
        // Until the last step has been taken.
        await loss.item();
      } else {
        for (let i = 0; i < steps; i++) {
          step().dispose();
          proof.push(await accuracy());
        }
      }
      const value = performance.now() - started;
      if (caseId === "train") proof.push(await accuracy());
      return { value, proof };
    },
  };
}
