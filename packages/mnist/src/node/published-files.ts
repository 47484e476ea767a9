/** The two halves of MNIST: 60,000 images to learn from, 10,000 to test on. */
export type MnistPart = "train" | "test";

/** One of the four files of MNIST, as published. */
export interface PublishedFile {
  readonly name: string;
  /** Bytes of the unpacked file. */
  readonly bytes: number;
  /** SHA-256 of the unpacked file, in hexadecimal. */
  readonly sha256: string;
}

/** The four files; what comes from a package, the cache or a mirror must match them. */
export const publishedFiles: Readonly<
  Record<MnistPart, { readonly images: PublishedFile; readonly labels: PublishedFile }>
> = {
  train: {
    images: {
      name: "train-images-idx3-ubyte",
      bytes: 16 + 60_000 * 28 * 28,
      sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    labels: {
      name: "train-labels-idx1-ubyte",
      bytes: 8 + 60_000,
      sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
  },
  test: {
    images: {
      name: "t10k-images-idx3-ubyte",
      bytes: 16 + 10_000 * 28 * 28,
      sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    labels: {
      name: "t10k-labels-idx1-ubyte",
      bytes: 8 + 10_000,
      sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  },
};

/** Where the files are fetched from, packed with gzip, tried in this order. */
export const defaultMirrors: readonly string[] = [
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
];
