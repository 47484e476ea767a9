import { classCounts, type ImageSet } from "../image-set.ts";
import type { MnistFacts, MnistSource } from "./load.ts";
import type { MnistPart } from "./published-files.ts";
import type { FileReport } from "./read-file.ts";

/** The sizes of one part. */
export interface PartReport {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** Images by class: entry 3 is the number of threes in MNIST, of dresses in Fashion-MNIST. */
  readonly classCounts: readonly number[];
}

/** Everything there is to say about a loaded MNIST, as plain values for JSON. */
export interface MnistReport {
  readonly source: MnistSource;
  /** Which set it is. */
  readonly set: { readonly id: string; readonly title: string };
  /** What the classes are called, from class 0 on. */
  readonly classNames: readonly string[];
  readonly verified: boolean;
  readonly files: readonly FileReport[];
  readonly train?: PartReport;
  readonly test?: PartReport;
}

/**
 * Says where a loaded MNIST was found, which set it is, and how many images of each class it has.
 *
 * @example
 * ```ts
 * import { describeMnist, loadMnist } from "@gradwerk/mnist/node";
 *
 * console.log(JSON.stringify(describeMnist(await loadMnist()), undefined, 2));
 * ```
 */
export function describeMnist(mnist: MnistFacts & Partial<Record<MnistPart, ImageSet>>): MnistReport {
  const { source, set, verified, files, train, test } = mnist;
  return {
    source,
    set: { id: set.id, title: set.title },
    classNames: set.classNames,
    verified,
    files,
    ...(train === undefined ? {} : { train: describePart(train) }),
    ...(test === undefined ? {} : { test: describePart(test) }),
  };
}

function describePart(set: ImageSet): PartReport {
  const { count, rows, columns } = set;
  return { count, rows, columns, classCounts: classCounts(set) };
}
