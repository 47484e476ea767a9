import { cellWidth, charactersOf } from "./cells.ts";
import type { Segment, Style } from "./styled-line.ts";

/** Characters from dark to light, for what is drawn in greys. */
const ramp = " .:-=+*#%@";

/** What stands for the characters that drawings are made of; each is one cell wide. */
const standIns: Readonly<Record<string, string>> = {
  ...each("╭╮╰╯┌┐└┘├┤┬┴┼", "+"),
  ...each("│┃", "|"),
  ...each("─–—−", "-"),
  ...each("━", "="),
  ...each("█", "#"),
  ...each("▀", '"'),
  ...each("▄▁▂", "_"),
  ...each("▌▐▋▊▉▃▅▆▇", "="),
  ...each("▏▎▍", "-"),
  ...each("░▒▓", ":"),
  ...each("·•∙⋅", "."),
  ...each("…", "~"),
  ...each("✓", "+"),
  ...each("✗×✕", "x"),
  ...each("◆●★", "*"),
  ...each("◇○", "o"),
  ...each("■", "#"),
  ...each("□", "o"),
  ...each("▲↑△", "^"),
  ...each("▼↓▽▾", "v"),
  ...each("▶›→▸⇒≥", ">"),
  ...each("◀‹←◂⇐≤", "<"),
  ...each("‖", '"'),
  ...each("≈", "~"),
  ...each("∂δ", "d"),
  ...each("Δ", "D"),
  ...each("Σ", "S"),
  ...each("σ", "s"),
  ...each("η", "n"),
  ...each("α", "a"),
  ...each("β", "b"),
  ...each("√", "V"),
  ...each("∞", "8"),
  ...each("′’‘", "'"),
  ...each("“”", '"'),
};

/**
 * A segment in ASCII, as many cells wide: lines and signs have their stand-ins, pictures in greys become a ramp of
 * characters, curves `*` and what is faint of them `.`; of other characters their nearest letters remain, or `?`.
 *
 * @example
 * inAscii({ text: "│ 97.8 %" }).text; // "| 97.8 %"
 */
export function inAscii(segment: Segment): Segment {
  const { text, style } = segment;
  if (isPicture(segment)) return { text: rampCharacter(style).repeat([...text].length) };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them
  if (/^[\u0000-\u007F]*$/.test(text)) return segment;
  return {
    ...segment,
    text: charactersOf(text)
      .map((character) => standIn(character, style))
      .join(""),
  };
}

/** Whether a segment shows pixels of an image: a half block with a colour for each of its two. */
function isPicture({ text, style }: Segment): boolean {
  return style?.foreground !== undefined && style.background !== undefined && /^[▀▄█ ]+$/.test(text);
}

/** The character as light as the mean of the upper and the lower pixel. */
function rampCharacter(style: Style | undefined): string {
  const lightness = [style?.foreground, style?.background].map((color) => color?.rgb[1] ?? 0);
  const mean = (lightness[0] + lightness[1]) / 2;
  return ramp[Math.round((mean / 255) * (ramp.length - 1))];
}

function standIn(character: string, style: Style | undefined): string {
  if (character <= "~") return character;
  if (character >= "\u2800" && character <= "\u28FF") return style?.faint ? "." : "*";
  const known =
    standIns[character] ?? ranges.find(({ first, last }) => character >= first && character <= last)?.standIn;
  if (known !== undefined) return known;
  const letter = character.normalize("NFKD")[0];
  const width = cellWidth(character);
  return width === 1 && letter >= " " && letter <= "~" ? letter : "?".repeat(width);
}

/** What stands for other lines, blocks and shapes. */
const ranges = [
  { first: "\u2500", last: "\u257F", standIn: "+" },
  { first: "\u2580", last: "\u259F", standIn: "#" },
  { first: "\u25A0", last: "\u25FF", standIn: "*" },
] as const;

function each(characters: string, standIn: string): Record<string, string> {
  return Object.fromEntries(Array.from(characters, (character) => [character, standIn]));
}
