import { fitLine, type Line, span } from "../../drawing/styled-line.ts";

/** How many pictures of which size fit into the room of a gallery. */
export interface GalleryLayout {
  /** Pixels of a picture, across and down. */
  readonly size: number;
  /** Cells of a card: a picture or more beside each other, with the words below. */
  readonly cardWidth: number;
  readonly across: number;
  readonly down: number;
  /** Cells between two cards. */
  readonly gap: number;
}

/** What a gallery shows of each thing. */
export interface CardKind {
  /** Pictures beside each other, and lines below them with the cells that they need. */
  readonly pictures: number;
  readonly wordRows: number;
  readonly wordWidth: number;
}

/** Sizes of pictures, the best first: 28 pixels are an image of MNIST as it is. */
const sizes = [28, 20, 14] as const;
/** So many pictures are enough; with fewer, smaller ones that leave room for more are better. */
const enough = 5;
const [leastGap, widestGap] = [2, 6];

/** The largest pictures of which enough fit into `width` by `height` cells, else those of which most do. */
export function galleryLayout(width: number, height: number, kind: CardKind): GalleryLayout {
  const layouts = sizes.map((size) => layoutOf(size, width, height, kind));
  const count = ({ across, down }: GalleryLayout): number => across * down;
  return (
    layouts.find((layout) => count(layout) >= enough) ??
    layouts.reduce((best, layout) => (count(layout) > count(best) ? layout : best))
  );
}

function layoutOf(size: number, width: number, height: number, kind: CardKind): GalleryLayout {
  const { pictures, wordRows, wordWidth } = kind;
  const cardWidth = Math.max(pictures * (size + 1) - 1, wordWidth);
  const across = Math.max(0, Math.floor((width + leastGap) / (cardWidth + leastGap)));
  const down = Math.max(0, Math.floor((height + 1) / (size / 2 + wordRows + 1)));
  const spare = width - across * cardWidth;
  const gap = across < 2 ? leastGap : Math.min(widestGap, Math.floor(spare / (across - 1)));
  return { size, cardWidth, across, down, gap };
}

/** Cards side by side and one row below the other, as many as the layout holds. */
export function galleryLines(cards: readonly (readonly Line[])[], layout: GalleryLayout): Line[] {
  const { across, down, gap, cardWidth } = layout;
  const lines: Line[] = [];
  for (let row = 0; row < down && row * across < cards.length; row++) {
    const shown = cards.slice(row * across, (row + 1) * across);
    if (row > 0) lines.push([]);
    const height = Math.max(...shown.map((card) => card.length));
    for (let line = 0; line < height; line++) {
      lines.push(
        shown.flatMap(
          (card, place): Line => [
            ...(place === 0 ? [] : [span(" ".repeat(gap))]),
            ...fitLine(card[line] ?? [], cardWidth),
          ],
        ),
      );
    }
  }
  return lines;
}

/** The cards from one on, which is counted on without end, and in words which they are: `4-6 of 24`. */
export function cardsFrom<T>(
  all: readonly T[],
  place: number,
  { across, down }: GalleryLayout,
): { readonly shown: readonly T[]; readonly words: string } {
  if (all.length === 0) return { shown: [], words: "" };
  const first = ((place % all.length) + all.length) % all.length;
  const shown = all.slice(first, first + across * down);
  const words =
    shown.length < all.length ? `${first + 1}-${first + shown.length} of ${all.length}, arrows` : "";
  return { shown, words };
}
