/**
 * The error function to two or three units in the last place. For small x its Taylor series (NIST DLMF 7.6.1),
 * `2/sqrt(pi) sum of (-1)^n x^(2n+1) / (n! (2n+1))`; for larger x one minus its complement, an integral that the
 * trapezoidal rule with step h gives to the last digits:
 * `erfc x = h x e^(-x^2)/pi (1/x^2 + 2 sum of e^(-n^2 h^2) / (n^2 h^2 + x^2)) - 2 / (e^(2 pi x / h) - 1)`
 * (C. Chiarella, A. Reichel, Mathematics of Computation 22 (1968)).
 */
export function erf(x: number): number {
  if (Number.isNaN(x) || x === 0) return x;
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  return Math.sign(x) * (size < 1 ? series(size) : 1 - complement(size));
}

function series(x: number): number {
  const terms = [x];
  let power = x;
  for (let n = 1; n < 30; n++) {
    power *= -(x * x) / n;
    terms.push(power / (2 * n + 1));
  }
  // From the smallest to the largest, so that little is rounded away.
  return (2 / Math.sqrt(Math.PI)) * terms.reduceRight((sum, term) => sum + term);
}

function complement(x: number): number {
  const h = 0.5;
  let sum = 1 / (x * x);
  for (let n = 1; n <= 14; n++) sum += (2 * Math.exp(-((n * h) ** 2))) / ((n * h) ** 2 + x * x);
  const integral = ((h * x * Math.exp(-x * x)) / Math.PI) * sum;
  return integral - 2 / Math.expm1((2 * Math.PI * x) / h);
}
