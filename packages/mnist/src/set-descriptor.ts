/** What has to be known of an IDX set besides its files. */
export interface SetDescriptor {
  /** Stable, for programs, and what its files' names begin with where they begin with anything: `emnist-letters`. */
  readonly id: string;
  /** For people: `EMNIST Letters`. */
  readonly title: string;
  /** The name of each class, in class order. */
  readonly classNames: readonly string[];
  /** The label that stands for class 0 in the files. Default: 0. */
  readonly firstLabel?: number | undefined;
  /** Whether the files hold each image column by column, so that it lies on its side. Default: false. */
  readonly transposed?: boolean | undefined;
}

const digits: readonly string[] = [..."0123456789"];
const capitals: readonly string[] = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Small letters that EMNIST does not count as the same class as their capitals. */
const distinctSmallLetters: readonly string[] = [..."abdefghnqrt"];

/** MNIST itself. */
export const mnistDescriptor: SetDescriptor = { id: "mnist", title: "MNIST", classNames: digits };

/**
 * MNIST and the sets that were made in its image.
 *
 * Sources: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits"; H. Xiao, K. Rasul, R. Vollgraf,
 * "Fashion-MNIST", 2017; T. Clanuwat et al., "Deep Learning for Classical Japanese Literature", 2018 (KMNIST); G. Cohen
 * et al., "EMNIST: an extension of MNIST to handwritten letters", 2017, whose splits have the classes below and hold
 * their images column by column.
 */
export const knownSets: readonly SetDescriptor[] = [
  mnistDescriptor,
  {
    id: "fashion-mnist",
    title: "Fashion-MNIST",
    classNames: [
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ],
  },
  {
    id: "kmnist",
    title: "KMNIST",
    classNames: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
  },
  { id: "emnist-mnist", title: "EMNIST MNIST", classNames: digits, transposed: true },
  { id: "emnist-digits", title: "EMNIST Digits", classNames: digits, transposed: true },
  { id: "emnist-letters", title: "EMNIST Letters", classNames: capitals, firstLabel: 1, transposed: true },
  {
    id: "emnist-balanced",
    title: "EMNIST Balanced",
    classNames: [...digits, ...capitals, ...distinctSmallLetters],
    transposed: true,
  },
  {
    id: "emnist-bymerge",
    title: "EMNIST ByMerge",
    classNames: [...digits, ...capitals, ...distinctSmallLetters],
    transposed: true,
  },
  {
    id: "emnist-byclass",
    title: "EMNIST ByClass",
    classNames: [...digits, ...capitals, ...capitals.map((letter) => letter.toLowerCase())],
    transposed: true,
  },
];

/** A set that nothing is known of: its classes are its labels. */
export function unknownSet(classes: number): SetDescriptor {
  return { id: "unknown", title: "IDX set", classNames: numberedClasses(classes) };
}

/** `"0"`, `"1"`, ... */
export function numberedClasses(count: number): string[] {
  return Array.from({ length: count }, (_, label) => String(label));
}
