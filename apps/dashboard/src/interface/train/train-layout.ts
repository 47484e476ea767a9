/** Sizes of the train screen, in cells unless said otherwise. */
export interface TrainLayout {
  /** Width of the column of charts; the rest of the width belongs to the image. */
  readonly chartWidth: number;
  readonly accuracyHeight: number;
  readonly lossHeight: number;
  readonly sideWidth: number;
  /**
   * Width and height of the current image, in pixels; a cell is one wide and two high. 0 where many classes leave
   * no room for a picture that could be read.
   */
  readonly imageSize: number;
  /** Height of the panel with image and outputs. */
  readonly imagePanelHeight: number;
  /** Height of the panel with the images before; 0 where there is no room. */
  readonly recentHeight: number;
}

/** Pixels of a small image in the panel of recent ones, at most. */
const recentSize = 14;
/** Rows of cells that it takes, the line below it included. */
export const recentRows: number = recentSize / 2 + 1;

/** Small images in a panel: how many pixels each is wide and high, and how many stand beside and below each other. */
export interface RecentGrid {
  readonly size: number;
  readonly across: number;
  readonly down: number;
}

/** Divides the inside of the panel, of at least `recentRows`: rather one row more of somewhat smaller images than a gap. */
export function recentGrid(width: number, height: number): RecentGrid {
  const down = Math.round(height / recentRows);
  const size = Math.min(recentSize, 2 * (Math.floor(height / down) - 1));
  return { size, across: Math.max(1, Math.floor((width + 1) / (size + 1))), down };
}

/**
 * Divides the room of the train screen. The image takes what is left beside readable charts, at a whole multiple
 * of its size if it can, so that its pixels stay equal.
 */
export function trainLayout(width: number, height: number, classes: number, imageWidth: number): TrainLayout {
  const room = Math.min(Math.floor(width * 0.4), width - 36) - 4;
  // Besides the image the panel holds its borders, a blank line, the classes and the verdict.
  const besides = 2 + 1 + classes + 1;
  const pixels = Math.min(room, 2 * (height - besides));
  const whole = Math.floor(pixels / imageWidth) * imageWidth;
  const imageSize = whole > 0 ? whole : pixels < 8 ? 0 : pixels - (pixels % 2);
  const needed = Math.ceil(imageSize / 2) + besides;
  const left = height - needed;
  const recentHeight = left >= recentRows + 2 ? left : 0;
  const recentWidth =
    recentHeight === 0 ? 0 : Math.floor((room + 1) / (recentSize + 1)) * (recentSize + 1) - 1;
  const sideWidth = Math.max(20, imageSize, recentWidth) + 4;
  const accuracyHeight = Math.ceil(height / 2);
  return {
    chartWidth: width - sideWidth,
    accuracyHeight,
    lossHeight: height - accuracyHeight,
    sideWidth,
    imageSize,
    imagePanelHeight: height - recentHeight,
    recentHeight,
  };
}
