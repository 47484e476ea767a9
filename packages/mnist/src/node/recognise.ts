import { knownSets, type SetDescriptor } from "../set-descriptor.ts";

/** Names by which sets are unpacked, besides their ids: torchvision's `FashionMNIST/raw`, for example. */
const aliases: Readonly<Record<string, string>> = { fashion: "fashion-mnist", kuzushiji: "kmnist" };

/** How many folders up the path a set's name is looked for. */
const foldersLookedAt = 3;

/**
 * The known set that a folder or the beginning of file names is called after; undefined where none is. MNIST is never
 * told by a name: many sets are unpacked into a folder of that name, and its files tell themselves by their SHA-256.
 *
 * @param prefix - what the files' names begin with, such as `emnist-letters`.
 * @param directory - the folder they lie in.
 */
export function recogniseByName(prefix: string, directory: string): SetDescriptor | undefined {
  const folders = directory.split(/[\\/]/).slice(-foldersLookedAt).reverse();
  for (const name of [prefix, ...folders].map((word) => word.toLowerCase())) {
    const set = knownSets.find(
      ({ id }) => id !== "mnist" && (aliases[name] === id || patternOf(id).test(name)),
    );
    if (set !== undefined) return set;
  }
  return undefined;
}

/** The id as a word of its own, however its parts are joined: `FashionMNIST`, `fashion_mnist-v2`. */
function patternOf(id: string): RegExp {
  return new RegExp(`(?<![a-z])${id.replaceAll("-", "[-_ ]?")}(?![a-z])`);
}
