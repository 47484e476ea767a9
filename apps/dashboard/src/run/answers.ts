/** What a run answers about pictures: what the network says about one, and which the data set holds. */
import { type GreyImage, MnistError, resizeImage, toMnistStyle } from "@gradwerk/mnist";
import type { RunData } from "./data.ts";
import { imageSheet } from "./image-sheets.ts";
import type { Inspected, Prediction } from "./inspection.ts";
import { imagesTold, type RunCommand } from "./protocol.ts";
import type { Session } from "./session.ts";

/** What the network says about a picture or a test image. */
export async function predictionOf(
  session: Session,
  { test }: RunData,
  command: Extract<RunCommand, { type: "predict" | "predictTest" }>,
): Promise<Prediction> {
  const { id } = command;
  const { rows, columns, pixels: all, classes } = test;
  const image = { rows, columns };
  if (command.type === "predictTest") {
    const { index } = command;
    const size = rows * columns;
    const pixels = all.slice(index * size, (index + 1) * size);
    const testImage = { index, classIndex: classes[index] ?? 0 };
    return { id, ...image, testImage, pixels, outputs: await session.predict(pixels) };
  }
  const pixels = command.isDrawing ? asTestImage(command, image) : command.pixels;
  if (pixels === undefined) return { id, ...image, pixels: new Uint8Array(rows * columns), outputs: [] };
  return { id, ...image, pixels, outputs: await session.predict(pixels) };
}

/** Images of the whole training file, and of the chosen classes, from a position in each on. */
export function imagesFrom(
  data: RunData,
  { all, chosen }: { readonly all: number; readonly chosen: number },
): Inspected["images"] {
  return {
    all: { from: all, sheet: imageSheet(data.all, all, imagesTold) },
    chosen: { from: chosen, sheet: imageSheet(data.chosen, chosen, imagesTold) },
  };
}

/** A drawing as the images of MNIST are, in the size of the set's; nothing where there is nothing to see on it. */
function asTestImage(
  drawing: GreyImage,
  { rows, columns }: Pick<GreyImage, "rows" | "columns">,
): Uint8Array | undefined {
  try {
    return resizeImage(toMnistStyle(drawing), rows, columns).pixels;
  } catch (error) {
    if (error instanceof MnistError && error.code === "image-blank") return undefined;
    throw error;
  }
}
