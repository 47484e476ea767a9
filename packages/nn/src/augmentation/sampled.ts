import { gatherRows, type Tensor, where } from "@gradwerk/tensor";

/**
 * Images read at other places than their own, between pixels by the nearest four; what lies outside is 0.
 *
 * @param images `[B, C, H, W]`
 * @param rows where each pixel comes from, `[B, H, W]` or what stretches to it
 * @param columns likewise
 */
export function sampledAt(images: Tensor, rows: Tensor, columns: Tensor): Tensor {
  const [batch, channels, height, width] = images.shape;
  const { device, dtype } = images;
  const at = [batch, height, width];
  const [top, left] = [rows.floor().expand(at), columns.floor().expand(at)];
  const [down, across] = [rows.expand(at).sub(top), columns.expand(at).sub(left)];
  const pixels = images.reshape([batch * channels * height * width, 1]);
  // The first pixel of every image and channel: [B, C, 1, 1].
  const firsts = device
    .arange(batch * channels)
    .mul(height * width)
    .reshape([batch, channels, 1, 1]);

  // The pixel at a whole place, weighted: [B, C, H, W].
  const corner = (row: Tensor, column: Tensor, weight: Tensor): Tensor => {
    const isInside = row
      .greaterEqual(0)
      .logicalAnd(row.less(height))
      .logicalAnd(column.greaterEqual(0))
      .logicalAnd(column.less(width));
    const place = row
      .clip(0, height - 1)
      .cast("int32")
      .mul(width)
      .add(column.clip(0, width - 1).cast("int32"))
      .reshape([batch, 1, height, width]);
    const found = gatherRows(pixels, firsts.add(place)).reshape(images.shape);
    const share = where(isInside, weight, device.zeros([], { dtype })).reshape([batch, 1, height, width]);
    return found.mul(share);
  };
  const [up, before] = [down.neg().add(1), across.neg().add(1)];
  return corner(top, left, up.mul(before))
    .add(corner(top, left.add(1), up.mul(across)))
    .add(corner(top.add(1), left, down.mul(before)))
    .add(corner(top.add(1), left.add(1), down.mul(across)));
}

/** The row and the column of each pixel, `[1, H, 1]` and `[1, 1, W]`. */
export function placesOf(images: Tensor): { readonly rows: Tensor; readonly columns: Tensor } {
  const [, , height, width] = images.shape;
  const { device, dtype } = images;
  return {
    rows: device.arange(height).cast(dtype).reshape([1, height, 1]),
    columns: device.arange(width).cast(dtype).reshape([1, 1, width]),
  };
}
