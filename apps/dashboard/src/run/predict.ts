import { normalizePixels } from "@gradwerk/mnist";
import { softmax } from "@gradwerk/tensor";
import type { OpenedCheckpoint } from "./open-checkpoint.ts";

/** What a network says about an image. */
export type Prediction =
  | { readonly kind: "classes"; readonly shares: readonly number[]; readonly guess: number }
  | { readonly kind: "image"; readonly pixels: Uint8Array; readonly error: number };

/**
 * What a network says about images.
 *
 * @param pixels of one image after the other, from 0 to 255
 * @returns for each of them a share of every class, a probability where the outputs are logits; of an autoencoder the image
 * that came out, and the mean squared difference to the one that went in, of pixels from 0 to 1
 */
export async function predict(opened: OpenedCheckpoint, pixels: Uint8Array): Promise<Prediction[]> {
  const { model, parameters, device, config, outputs, rows, columns } = opened;
  const size = rows * columns;
  const numbers = normalizePixels(pixels, config.dtype);
  const made = device.scope(() => {
    const x = device.tensor(numbers, { shape: [pixels.length / size, ...model.input], dtype: config.dtype });
    const y = model.apply(parameters, x);
    return outputs === "logits" ? softmax(y) : y;
  });
  const values = await made.data();
  made.dispose();
  const width = values.length / (pixels.length / size);
  return Array.from({ length: values.length / width }, (_, i): Prediction => {
    const own = Array.from(values.subarray(i * width, (i + 1) * width));
    if (outputs !== "image") return { kind: "classes", shares: own, guess: own.indexOf(Math.max(...own)) };
    const differences = own.map((value, pixel) => value - numbers[i * size + pixel]);
    return {
      kind: "image",
      pixels: Uint8Array.from(own, (value) => Math.round(255 * Math.min(1, Math.max(0, value)))),
      error: differences.reduce((sum, difference) => sum + difference ** 2, 0) / size,
    };
  });
}
