/**
 * The bit of each dot of a cell in U+2800 + bits, as [row][column]: Unicode numbers the dots 1 2 3 7 down the
 * left column and 4 5 6 8 down the right one, and dot n is bit n - 1.
 *
 * Source: The Unicode Standard, chapter 21.1 "Braille".
 */
const dotBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/**
 * A drawing of dots, eight to a cell of the terminal: 2 wide and 4 high. Dots are counted from the top left
 * corner; what lies outside is not drawn.
 *
 * @example
 * const canvas = new BrailleCanvas(2, 1);
 * canvas.line(0, 0, 3, 3);
 * canvas.text(0); // "⠑⢄"
 */
export class BrailleCanvas {
  /** Width in cells. */
  readonly columns: number;
  /** Height in cells. */
  readonly rows: number;
  readonly #cells: Uint8Array;

  constructor(columns: number, rows: number) {
    this.columns = Math.max(0, columns);
    this.rows = Math.max(0, rows);
    this.#cells = new Uint8Array(this.columns * this.rows);
  }

  /** Width in dots. */
  get width(): number {
    return 2 * this.columns;
  }

  /** Height in dots. */
  get height(): number {
    return 4 * this.rows;
  }

  /** Sets the dot at column `x`, row `y`. */
  dot(x: number, y: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const cell = (y >> 2) * this.columns + (x >> 1);
    this.#cells[cell] = (this.#cells[cell] ?? 0) | (dotBits[y & 3]?.[x & 1] ?? 0);
  }

  /** Whether the dot at column `x`, row `y` is set. */
  has(x: number, y: number): boolean {
    return (this.bits(x >> 1, y >> 2) & (dotBits[y & 3]?.[x & 1] ?? 0)) !== 0;
  }

  /**
   * Sets the dots nearest to the straight line between two dots, both included.
   *
   * Source: J. Bresenham, "Algorithm for computer control of a digital plotter", 1965.
   */
  line(fromX: number, fromY: number, toX: number, toY: number): void {
    const width = Math.abs(toX - fromX);
    const height = -Math.abs(toY - fromY);
    const stepX = fromX < toX ? 1 : -1;
    const stepY = fromY < toY ? 1 : -1;
    let error = width + height;
    let x = fromX;
    let y = fromY;
    for (;;) {
      this.dot(x, y);
      if (x === toX && y === toY) return;
      const doubled = 2 * error;
      if (doubled >= height) {
        error += height;
        x += stepX;
      }
      if (doubled <= width) {
        error += width;
        y += stepY;
      }
    }
  }

  /** The bits of a cell; 0 is a cell without dots. */
  bits(column: number, row: number): number {
    return this.#cells[row * this.columns + column] ?? 0;
  }

  /** A row of cells as braille characters, a blank cell as a space. */
  text(row: number): string {
    let text = "";
    for (let column = 0; column < this.columns; column++) text += brailleCharacter(this.bits(column, row));
    return text;
  }
}

/** The character that shows the given dots; a space where there are none. */
export function brailleCharacter(bits: number): string {
  return bits === 0 ? " " : String.fromCharCode(0x2800 + bits);
}
