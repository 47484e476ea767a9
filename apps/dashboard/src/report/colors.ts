/** The colours of a chart, as CSS writes them. */
export interface ChartColors {
  readonly background: string;
  readonly text: string;
  /** Axes and their numbers. */
  readonly faint: string;
  readonly grid: string;
  readonly accuracy: string;
  readonly loss: string;
  /** Between the lowest and the highest of many losses. */
  readonly lossBand: string;
  readonly rate: string;
}

/**
 * Hues of Okabe and Ito, which people with any kind of colour vision tell apart; on white the darker ones, so that a line
 * has a contrast of 3 to 1 and more with what is behind it. Curves differ in more than their colour: each chart has one.
 *
 * Source: M. Okabe, K. Ito, "Color Universal Design", 2008, https://jfly.uni-koeln.de/color/
 */
export const lightColors: ChartColors = {
  background: "#ffffff",
  text: "#1b1f24",
  faint: "#59636e",
  grid: "#d5dae0",
  accuracy: "#0072b2",
  loss: "#b34f00",
  lossBand: "#f3d9c2",
  rate: "#00735a",
};

export const darkColors: ChartColors = {
  background: "#14171a",
  text: "#e6e9ed",
  faint: "#9aa4af",
  grid: "#31373e",
  accuracy: "#56b4e9",
  loss: "#f0a030",
  lossBand: "#4a3518",
  rate: "#2fc39b",
};

/** Colours that the page chooses, light or dark. */
export const pageColors: ChartColors = Object.fromEntries(
  Object.keys(lightColors).map((role) => [role, `var(--${role})`]),
) as unknown as ChartColors;

/** The declarations that `pageColors` refers to. */
export function colorDeclarations(colors: ChartColors): string {
  return Object.entries(colors)
    .map(([role, color]) => `--${role}:${color}`)
    .join(";");
}
