import type { Kernels } from "@gradwerk/tensor/backend";
import { valuesOf } from "../buffer.ts";

/**
 * `out[i, :] = table[indices[i], :]`. Nobody has checked the indices, as they may have been computed on the device:
 * one outside the table, a negative one too, gives a row of zeros.
 */
export const gatherRows: Kernels["gatherRows"] = ([out], [table, indices]) => {
  const target = valuesOf(out);
  const source = valuesOf(table);
  const places = valuesOf(indices);
  const [rows] = table.shape;
  const [count, width] = out.shape;
  const [rowStride, columnStride] = table.strides; // rows may lie apart
  for (let i = 0; i < count; i += 1) {
    const row = places[indices.offset + i];
    const inside = row >= 0 && row < rows;
    for (let column = 0; column < width; column += 1) {
      target[out.offset + i * width + column] = inside
        ? source[table.offset + row * rowStride + column * columnStride]
        : 0;
    }
  }
};

/**
 * `out[indices[i], :] += x[i, :]`, strictly for i = 0, 1, 2, ..., so that a row that is hit more than once is the same
 * bits every time: threads may share out columns or target rows, not i. What `out` held stays in the sum, and an index
 * outside is left away.
 */
export const scatterAddRows: Kernels["scatterAddRows"] = ([out], [indices, x]) => {
  const target = valuesOf(out);
  const source = valuesOf(x);
  const places = valuesOf(indices);
  const [rows, width] = out.shape;
  const [count] = x.shape;
  for (let i = 0; i < count; i += 1) {
    const row = places[indices.offset + i];
    if (row < 0 || row >= rows) continue;
    for (let column = 0; column < width; column += 1) {
      target[out.offset + row * width + column] += source[x.offset + i * width + column];
    }
  }
};
