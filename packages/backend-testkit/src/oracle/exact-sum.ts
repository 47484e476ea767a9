/**
 * A sum that keeps what each addition rounds away and adds it at the end: as if computed with twice the digits.
 *
 * Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54 (1974).
 */
export function exactSum(terms: Iterable<number>): number {
  let sum = 0;
  let lost = 0;
  for (const term of terms) {
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  }
  // An infinite or undefined sum has lost nothing that could be told.
  return Number.isFinite(sum) ? sum + lost : sum;
}
