/** The step of central differences: in float64 their error is then about 1e-9 for functions of size 1. */
const step = 1e-5;

/**
 * How a function's value changes with each number of its inputs, measured: the slope between a little below and a
 * little above.
 */
export function centralDifferences(
  inputs: readonly Float64Array[],
  evaluate: (inputs: readonly Float64Array[]) => number,
): Float64Array[] {
  return inputs.map((input, i) =>
    input.map((value, k) => {
      const at = (x: number): number =>
        evaluate(inputs.map((other, j) => (i === j ? other.with(k, x) : other)));
      return (at(value + step) - at(value - step)) / (2 * step);
    }),
  );
}
