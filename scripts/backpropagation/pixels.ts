// Which pixels speak for a 7: what 200 steps changed in the way from each pixel to the outputs.
import { valueAndGrad } from "@gradwerk/nn";
import {
  type Data,
  denseLayers,
  freshNetwork,
  type Parameters,
  runArticle,
  weightedSums,
  weightsOf,
} from "./article-run.ts";

/**
 * How much the lead of the 7, `x(1, 1) - x(1, 0)`, grows per unit of a pixel, the mean over the test images; of the first
 * layer's weights only what training added. `undefined` for pixels none of whose weights was moved.
 */
export async function learnedPixels(data: Data): Promise<readonly (number | undefined)[]> {
  const { device, testImages } = data;
  const [before] = weightsOf(freshNetwork(data).parameters);
  const learned: (number | undefined)[] = [];
  await runArticle(data, {}, (network, step) => {
    if (step < data.train.count) return;
    const meanLead = valueAndGrad((parameters: Parameters) => {
      const last = weightedSums(network, parameters, testImages).at(-1);
      if (last === undefined) throw new Error("the network has no dense layer");
      return last
        .slice(1, 1, 2)
        .sub(last.slice(1, 0, 1))
        .mean();
    });
    // A bias is added to its unit's sum: the derivative by the bias is the one by the sum.
    const [{ bias }] = denseLayers(meanLead(network.parameters).gradients);
    const byUnit = device.scope(() => bias.dataSync());
    const [after] = weightsOf(network.parameters);
    for (let i = 0; i < 784; i++) {
      const moves = after.map((row, j) => row[i] - before[j][i]);
      const isMoved = moves.some((move) => move !== 0);
      learned.push(isMoved ? moves.reduce((sum, move, j) => sum + byUnit[j] * move, 0) : undefined);
    }
  });
  return learned;
}

/** Two characters per pixel: `77` and `++` speak for a 7, `11` and `--` for a 1, `. ` for neither. */
export function drawPixels(pixels: readonly (number | undefined)[]): string {
  const largest = Math.max(...pixels.map((pixel) => Math.abs(pixel ?? 0)));
  const sign = (pixel: number | undefined): string => {
    if (pixel === undefined) return "  ";
    const share = pixel / largest;
    if (Math.abs(share) < 0.1) return ". ";
    if (share > 0) return share > 0.4 ? "77" : "++";
    return share < -0.4 ? "11" : "--";
  };
  return Array.from({ length: 28 }, (_, row) =>
    pixels
      .slice(28 * row, 28 * (row + 1))
      .map(sign)
      .join("")
      .trimEnd(),
  ).join("\n");
}
