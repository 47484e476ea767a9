import { MnistError } from "../errors.ts";
import { type Images, imagesOf, labelsOf } from "../idx/images.ts";
import { type ImageSet, pairImagesAndLabels } from "../image-set.ts";
import { mnistDescriptor, type SetDescriptor, unknownSet } from "../set-descriptor.ts";
import { transposeImages } from "../transpose.ts";
import type { MnistPart } from "./published-files.ts";
import type { FileReport, ReadFile } from "./read-file.ts";

/** As many as labels of one byte can tell apart. */
const maxClasses = 256;

/** The images and labels of one part as its files hold them. */
export interface PartFiles {
  readonly part: MnistPart;
  readonly images: Images;
  readonly imageFile: FileReport;
  readonly labels: Uint8Array;
  readonly labelFile: FileReport;
}

/** @throws {@link MnistError} `idx-swapped` and `idx-kind` for files that hold something else. */
export function partOf(part: MnistPart, images: ReadFile, labels: ReadFile): PartFiles {
  return {
    part,
    images: imagesOf(images.idx, images.report.path),
    imageFile: images.report,
    labels: labelsOf(labels.idx, labels.report.path, maxClasses),
    labelFile: labels.report,
  };
}

/** @throws {@link MnistError} `image-size` where the parts have images of different sizes. */
export function checkSizes([first, ...others]: readonly PartFiles[]): void {
  for (const { images, imageFile } of others) {
    if (images.rows === first.images.rows && images.columns === first.images.columns) continue;
    throw new MnistError("image-size", {
      problem: "training and test images are not of one size",
      file: imageFile.path,
      expected: `${first.images.rows} x ${first.images.columns} pixels, as in ${first.imageFile.path}`,
      found: `${images.rows} x ${images.columns}`,
      remedy: "Give the files of one set.",
    });
  }
}

/**
 * Which set the files are. Images that are MNIST's leave no doubt: labels that do not fit them are damaged.
 *
 * @param named - the set that the names of files and folder tell.
 * @throws {@link MnistError} `label-range` for labels of which no set can be made.
 */
export function descriptorOf(parts: readonly PartFiles[], named: SetDescriptor | undefined): SetDescriptor {
  if (parts.length > 0 && parts.every(({ imageFile }) => imageFile.verified)) return mnistDescriptor;
  return named ?? numberedSet(parts);
}

/**
 * A set whose classes are the labels that occur. More than ten are believed only where there are images of all of them: a
 * label that is far above the others is damage.
 */
function numberedSet(parts: readonly PartFiles[]): SetDescriptor {
  const counts = new Uint32Array(maxClasses);
  for (const { labels } of parts) for (const label of labels) counts[label]++;
  const largest = counts.findLastIndex((count) => count > 0);
  // Some sets count their labels from 1.
  const absent = counts.findIndex((count, label) => label > 0 && count === 0);
  for (const { labels, labelFile } of parts) {
    const position = labels.indexOf(largest);
    if (largest < 10 || absent === -1 || absent > largest || position === -1) continue;
    throw new MnistError("label-range", {
      problem: `the label of image ${position} is out of range`,
      file: labelFile.path,
      offset: 8 + position,
      expected: "0 to 9, or images of every label up to the largest",
      found: `${largest}, but no image with the label ${absent}`,
      remedy: "The file is damaged; or pass the class names of its set with the option set.",
    });
  }
  return unknownSet(largest + 1);
}

/** Labels that count from 0, and images that stand. */
export function imageSetOf(
  { classNames, firstLabel = 0, transposed = false }: SetDescriptor,
  { images, imageFile, labels, labelFile }: PartFiles,
): ImageSet {
  const names = { images: imageFile.path, labels: labelFile.path, classNames };
  const position = labels.findIndex((label) => label < firstLabel || label >= firstLabel + classNames.length);
  if (position >= 0) {
    throw new MnistError("label-range", {
      problem: `the label of image ${position} is out of range`,
      file: labelFile.path,
      offset: 8 + position,
      expected: `${firstLabel} to ${firstLabel + classNames.length - 1}`,
      found: String(labels[position]),
      remedy: "The file is damaged, or belongs to a set with other classes.",
    });
  }
  return pairImagesAndLabels(
    transposed ? transposeImages(images) : images,
    firstLabel === 0 ? labels : labels.map((label) => label - firstLabel),
    names,
  );
}
