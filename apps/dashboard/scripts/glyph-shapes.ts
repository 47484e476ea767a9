/** A character drawn as a path inside a cell. */
export interface GlyphShape {
  readonly path: string;
  readonly kind: "fill" | "stroke";
  /** Width of the stroke. */
  readonly weight: number;
  /** Whether edges must meet those of the next cell without a seam. */
  readonly crisp: boolean;
}

/** Where a line character reaches from the middle of its cell. */
interface Arms {
  readonly up?: true;
  readonly down?: true;
  readonly left?: true;
  readonly right?: true;
  readonly heavy?: true;
}

const lineCharacters: Readonly<Record<string, Arms>> = {
  "─": { left: true, right: true },
  "━": { left: true, right: true, heavy: true },
  "│": { up: true, down: true },
  "└": { up: true, right: true },
  "┬": { left: true, right: true, down: true },
  "┤": { up: true, down: true, left: true },
  "├": { up: true, down: true, right: true },
};

/** Rounded corners: from which sides the arc comes, as signs of x and y. */
const corners: Readonly<Record<string, readonly [number, number]>> = {
  "╭": [1, 1],
  "╮": [-1, 1],
  "╰": [1, -1],
  "╯": [-1, -1],
};

/**
 * The shape of a block element, braille pattern or line character in a cell of `width` by `height`, or undefined
 * for a character that a font has to draw.
 */
export function glyphShape(character: string, width: number, height: number): GlyphShape | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x2800 && code <= 0x28ff) return brailleShape(code - 0x2800, width, height);
  const block = blockPath(code, width, height);
  if (block !== undefined) return { path: block, kind: "fill", weight: 0, crisp: true };
  const arms = lineCharacters[character];
  if (arms !== undefined) return lineShape(arms, width, height);
  const corner = corners[character];
  return corner && cornerShape(corner, width, height);
}

function blockPath(code: number, width: number, height: number): string | undefined {
  if (code === 0x2580) return box(0, 0, width, height / 2);
  if (code >= 0x2581 && code <= 0x2588) {
    const filled = ((code - 0x2580) / 8) * height;
    return box(0, height - filled, width, filled);
  }
  if (code >= 0x2589 && code <= 0x258f) return box(0, 0, ((0x2590 - code) / 8) * width, height);
  return undefined;
}

function brailleShape(bits: number, width: number, height: number): GlyphShape {
  const radius = 0.16 * width;
  // Unicode counts the dots 1 2 3 7 down the left column and 4 5 6 8 down the right one.
  const places = [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [1, 2],
    [0, 3],
    [1, 3],
  ] as const;
  const path = places
    .filter((_, dot) => (bits >> dot) & 1)
    .map(([column, row]) => disc(((column + 0.5) / 2) * width, ((row + 0.5) / 4) * height, radius))
    .join("");
  return { path, kind: "fill", weight: 0, crisp: false };
}

function lineShape(arms: Arms, width: number, height: number): GlyphShape {
  const x = width / 2;
  const y = height / 2;
  const path = [
    arms.left && `M0 ${y}H${x}`,
    arms.right && `M${x} ${y}H${width}`,
    arms.up && `M${x} 0V${y}`,
    arms.down && `M${x} ${y}V${height}`,
  ];
  return {
    path: path.filter((part) => part !== undefined).join(""),
    kind: "stroke",
    weight: arms.heavy ? 3 : 1.2,
    crisp: false,
  };
}

function cornerShape([toX, toY]: readonly [number, number], width: number, height: number): GlyphShape {
  const x = width / 2;
  const y = height / 2;
  const edgeX = toX > 0 ? width : 0;
  const edgeY = toY > 0 ? height : 0;
  return {
    path: `M${edgeX} ${y}Q${x} ${y} ${x} ${y + toY * x}V${edgeY}`,
    kind: "stroke",
    weight: 1.2,
    crisp: false,
  };
}

function box(x: number, y: number, width: number, height: number): string {
  return `M${x} ${y}h${width}v${height}h${-width}z`;
}

function disc(x: number, y: number, radius: number): string {
  return `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0z`;
}
