import type { Kernels } from "@gradwerk/tensor/backend";
import { arrayOf } from "../buffer.ts";

/** `out[i, :] = table[indices[i], :]`; a row of zeros where the index lies outside. */
export const gatherRows: Kernels["gatherRows"] = ([out], [table, indices]) => {
  const to = arrayOf(out);
  const from = arrayOf(table);
  const rowNumbers = arrayOf(indices);
  const [rows, width] = table.shape;
  const [count] = indices.shape;
  for (let i = 0; i < count; i++) {
    const row = rowNumbers[indices.offset + i];
    const exists = row >= 0 && row < rows;
    for (let column = 0; column < width; column++) {
      const value = exists ? from[table.offset + row * table.strides[0] + column] : 0;
      to[out.offset + i * width + column] = value;
    }
  }
};

/** `out[indices[i], :] += x[i, :]`, one i after the other; nothing where the index lies outside. */
export const scatterAddRows: Kernels["scatterAddRows"] = ([out], [indices, x]) => {
  const to = arrayOf(out);
  const from = arrayOf(x);
  const rowNumbers = arrayOf(indices);
  const [rows, width] = out.shape;
  const [count] = indices.shape;
  for (let i = 0; i < count; i++) {
    const row = rowNumbers[indices.offset + i];
    if (row < 0 || row >= rows) continue;
    for (let column = 0; column < width; column++) {
      to[out.offset + row * width + column] += from[x.offset + i * width + column];
    }
  }
};
