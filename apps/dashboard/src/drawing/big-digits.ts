/** Figures of 3 x 5 pixels, as rows of a picture: `#` is lit. */
const glyphs: Readonly<Record<string, readonly string[]>> = {
  "0": ["###", "# #", "# #", "# #", "###"],
  "1": [" # ", "## ", " # ", " # ", "###"],
  "2": ["###", "  #", "###", "#  ", "###"],
  "3": ["###", "  #", " ##", "  #", "###"],
  "4": ["# #", "# #", "###", "  #", "  #"],
  "5": ["###", "#  ", "###", "  #", "###"],
  "6": ["###", "#  ", "###", "# #", "###"],
  "7": ["###", "  #", " # ", " # ", " # "],
  "8": ["###", "# #", "###", "# #", "###"],
  "9": ["###", "# #", "###", "  #", "###"],
  ".": [" ", " ", " ", " ", "#"],
  "%": ["# #", "  #", " # ", "#  ", "# #"],
  " ": [" ", " ", " ", " ", " "],
};

/**
 * A number in large figures of half blocks, three lines high. Knows `0` to `9`, `.`, `%` and the space; other
 * characters are left out.
 *
 * @example
 * bigDigits("97.8 %"); // three strings of equal length
 */
export function bigDigits(text: string): string[] {
  const pixels = [0, 1, 2, 3, 4].map((row) =>
    [...text]
      .map((character) => glyphs[character]?.[row])
      .filter((part) => part !== undefined)
      .join(" "),
  );
  return [0, 2, 4].map((row) => {
    const upper = pixels[row] ?? "";
    const lower = pixels[row + 1] ?? "";
    return [...upper].map((_, column) => half(upper[column] === "#", lower[column] === "#")).join("");
  });
}

function half(upper: boolean, lower: boolean): string {
  return upper ? (lower ? "█" : "▀") : lower ? "▄" : " ";
}
