import { type DigitSet, type ImageSet, type SetDescriptor, selectDigits, sliceSet } from "@gradwerk/mnist";
import { loadMnist } from "@gradwerk/mnist/node";
import { UsageError, WorkError } from "../errors.ts";
import type { RunConfig } from "./config.ts";

/** The images of a run. */
export interface RunData {
  /** Where they came from, in words. */
  readonly source: string;
  /** Which set they are of. */
  readonly set: SetDescriptor;
  readonly sha256: Readonly<Record<string, string>>;
  /** The whole training file. */
  readonly all: ImageSet;
  /** The chosen digits in it. */
  readonly chosen: DigitSet;
  readonly train: DigitSet;
  readonly test: DigitSet;
  /** Whether no test image is a training image too. */
  readonly testIsUnseen: boolean;
}

/**
 * Reads MNIST and takes the images that the configuration names.
 *
 * @param onProgress told in words what takes time
 * @param signal ends reading and downloading; its reason is thrown
 * @throws MnistError, WorkError for a set without images or of fewer than two classes, UsageError for a batch larger than
 * the training images
 */
export async function loadData(
  config: RunConfig,
  onProgress: (message: string) => void,
  signal?: AbortSignal,
): Promise<RunData> {
  onProgress("reading MNIST");
  const mnist = await loadMnist({
    source: config.data,
    which: config.test === null ? ["train", "test"] : ["train"],
    signal,
    onProgress: ({ file, mirror, receivedBytes, totalBytes }) =>
      onProgress(`downloading ${file} from ${new URL(mirror).host}${percent(receivedBytes, totalBytes)}`),
  });
  checkSet(mnist.train, "training", mnist.source.location);
  const digits = config.digits ?? mnist.train.classNames.map((_, label) => label);
  const chosen = digitsOf(mnist.train, digits);
  const train = config.train === null ? chosen : sliceSet(chosen, ...config.train);
  const test = config.test === null ? digitsOf(mnist.test, digits) : sliceSet(chosen, ...config.test);
  if (config.test === null) checkSet(test, "test", mnist.source.location);
  if (config.batch > train.count) {
    throw new UsageError(
      `--batch ${config.batch}: there are ${train.count} training images. Give ${train.count} or fewer, or a longer --train.`,
    );
  }
  return {
    source: mnist.source.description,
    set: mnist.set,
    sha256: mnist.sha256,
    all: mnist.train,
    chosen,
    train,
    test,
    testIsUnseen: config.test === null || areApart(config.train ?? [0, chosen.count], config.test),
  };
}

/** That there is something to learn from. */
function checkSet(
  { count, rows, columns, classNames }: ImageSet,
  part: "training" | "test",
  place: string,
): void {
  const problem =
    rows * columns === 0
      ? `the ${part} images have ${rows} x ${columns} pixels`
      : classNames.length < 2
        ? "the set has fewer than two classes, so that there is nothing to tell apart"
        : count === 0
          ? `there are no ${part} images of these classes`
          : undefined;
  if (problem !== undefined)
    throw new WorkError(`${place}: ${problem}. Give another folder with --data, or other --digits.`);
}

// All classes in their order need no copy of the images.
function digitsOf(set: ImageSet, digits: readonly number[]): DigitSet {
  const isWhole = digits.length === set.classNames.length && digits.every((digit, i) => digit === i);
  if (!isWhole) return selectDigits(set, digits);
  return { ...set, digits, classes: set.labels, indices: new Uint32Array(set.count).map((_, i) => i) };
}

function areApart(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[1] <= b[0] || b[1] <= a[0];
}

function percent(received: number, total: number | undefined): string {
  return total === undefined || total === 0 ? "" : ` (${Math.floor((100 * received) / total)} %)`;
}
