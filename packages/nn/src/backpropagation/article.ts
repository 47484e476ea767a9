/** A network of sigmoid layers as plain numbers, the way the article writes it. */
export interface PlainNetwork {
  /** `weights[l][j][i]` leads from unit i of the layer below to unit j of layer l. */
  readonly weights: readonly (readonly (readonly number[])[])[];
  /** `biases[l][j]` is added to unit j of layer l. */
  readonly biases: readonly (readonly number[])[];
}

/**
 * The derivatives of the error `E = 1/2 sum over j of (y_j - t_j)^2` for one image, written out weight by weight as
 * the article derives them. For reading: it recomputes what a tape remembers, and for deep networks the recursion
 * branches at every layer.
 *
 * Forward, with `s(x) = 1 / (1 + e^-x)`:
 * ```
 * x(l, j) = sum over i of W(l, j, i) a(l, i) + B(l, j)       a(0) is the image
 * a(l + 1, j) = s(x(l, j))                                   the last a is the output y
 * ```
 * Backward, `back(l, j)` is the derivative of E by x(l, j), and `s'(x) = s(x) (1 - s(x))`:
 * ```
 * last layer:  back(l, j) = (y_j - t_j) s'(x(l, j))
 * below:       back(l, j) = s'(x(l, j)) sum over k of back(l + 1, k) W(l + 1, k, j)
 * ```
 * and then `dE/dW(l, j, i) = back(l, j) a(l, i)` and `dE/dB(l, j) = back(l, j)`.
 *
 * @param image the input a(0), one number per pixel
 * @param target the wanted outputs t, one number per class
 * @returns derivatives in the form of the network itself
 * @example
 * const { weights } = backByHand(network, image, [1, 0]);
 * weights[1][0][3]; // derivative by the weight from hidden unit 3 to output 0
 */
export function backByHand(
  network: PlainNetwork,
  image: readonly number[],
  target: readonly number[],
): PlainNetwork {
  const { weights, biases } = network;
  const last = weights.length - 1;

  // a[l] feeds layer l; a[last + 1] is the output.
  const a: (readonly number[])[] = [image];
  for (let l = 0; l <= last; l++) {
    a.push(weights[l].map((row, j) => sigmoid(row.reduce((sum, w, i) => sum + w * a[l][i], biases[l][j]))));
  }

  const slope = (l: number, j: number): number => a[l + 1][j] * (1 - a[l + 1][j]);

  const back = (l: number, j: number): number => {
    if (l === last) return (a[last + 1][j] - target[j]) * slope(l, j);
    return slope(l, j) * weights[l + 1].reduce((sum, row, k) => sum + back(l + 1, k) * row[j], 0);
  };

  const byX = weights.map((rows, l) => rows.map((_, j) => back(l, j)));
  return {
    weights: weights.map((rows, l) => rows.map((row, j) => row.map((_, i) => byX[l][j] * a[l][i]))),
    biases: byX,
  };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
