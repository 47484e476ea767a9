import type { DType } from "../backend.ts";
import { isFloat } from "../core/dtype.ts";
import { equal } from "../ops/logic/equal.ts";
import { greater } from "../ops/logic/greater.ts";
import { isnan } from "../ops/logic/isnan.ts";
import { less } from "../ops/logic/less.ts";
import { logicalAnd } from "../ops/logic/logicalAnd.ts";
import { logicalNot } from "../ops/logic/logicalNot.ts";
import { logicalOr } from "../ops/logic/logicalOr.ts";
import { where } from "../ops/logic/where.ts";
import { concat } from "../ops/shape/concat.ts";
import { expand } from "../ops/shape/expand.ts";
import { flip } from "../ops/shape/flip.ts";
import { reshape } from "../ops/shape/reshape.ts";
import { slice } from "../ops/shape/slice.ts";
import type { Tensor } from "../tensor.ts";

/** Elements with the places they came from, both `[rows, length]`. */
interface Keys {
  readonly values: Tensor;
  readonly places: Tensor;
}

/**
 * The stable sorted order of each row of x `[rows, length]` as int32, by required kernels alone: a bitonic network,
 * which compares and swaps the same pairs whatever the values are, in (log2 n)^2 / 2 rounds.
 *
 * Source: K. Batcher, "Sorting networks and their applications", AFIPS 1968. Here every round sorts the same way up:
 * the first round of each merge compares elements with their mirror image.
 */
export function sortingNetwork(x: Tensor, descending: boolean): Tensor {
  const { device } = x;
  const [rows, length] = x.shape;
  const size = 2 ** Math.ceil(Math.log2(length));
  // Rows are filled up with elements that sort behind all others: their values do, and so do their places.
  const filler = device.full([rows, size - length], lastValue(x.dtype, descending), { dtype: x.dtype });
  const places = expand(device.arange(size), [rows, size]);
  let keys: Keys = { values: concat([x, filler], 1), places };
  for (let run = 2; run <= size; run *= 2) {
    keys = compareAndSwap(keys, run, true, descending);
    for (let part = run / 2; part >= 2; part /= 2) keys = compareAndSwap(keys, part, false, descending);
  }
  return slice(keys.places, 1, 0, length);
}

function lastValue(dtype: DType, descending: boolean): number {
  if (isFloat(dtype)) return descending ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (dtype === "int32") return descending ? -(2 ** 31) : 2 ** 31 - 1;
  return descending ? 0 : 255;
}

// Within each run of `run` elements: element i of the first half against i of the second, or against its mirror image.
function compareAndSwap({ values, places }: Keys, run: number, mirrored: boolean, descending: boolean): Keys {
  const [rows, size] = values.shape;
  const half = run / 2;
  const halves = (x: Tensor): [Tensor, Tensor] => {
    const runs = reshape(x, [rows, size / run, run]);
    const second = slice(runs, 2, half, run);
    return [slice(runs, 2, 0, half), mirrored ? flip(second, 2) : second];
  };
  const [a, b] = halves(values);
  const [i, j] = halves(places);
  const swap = precedes({ values: b, places: j }, { values: a, places: i }, descending);
  const joined = (first: Tensor, second: Tensor): Tensor => {
    const low = where(swap, second, first);
    const high = where(swap, first, second);
    return reshape(concat([low, mirrored ? flip(high, 2) : high], 2), [rows, size]);
  };
  return { values: joined(a, b), places: joined(i, j) };
}

// Whether a comes before b: by value, NaN as the largest; of equals by place.
function precedes(a: Keys, b: Keys, descending: boolean): Tensor {
  const [x, y] = [a.values, b.values];
  const byPlace = less(a.places, b.places);
  const byValue = descending ? greater(x, y) : less(x, y);
  if (!isFloat(x.dtype)) return logicalOr(byValue, logicalAnd(equal(x, y), byPlace));
  const [first, second] = descending ? [isnan(x), isnan(y)] : [isnan(y), isnan(x)];
  const byNaN = logicalAnd(first, logicalNot(second));
  const same = logicalOr(equal(x, y), logicalAnd(first, second));
  return logicalOr(logicalOr(byValue, byNaN), logicalAnd(same, byPlace));
}
