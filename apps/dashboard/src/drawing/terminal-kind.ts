import type { Ground } from "./color.ts";

/** Environment variables by name. */
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Whether a terminal shows no more than ASCII: its locale says another encoding than UTF-8, or it is the console of Linux,
 * whose font lacks most signs. Where nothing says a locale it is taken for UTF-8.
 *
 * Source: POSIX.1-2024, section 8.2 "Internationalization Variables", for the order of the variables.
 */
export function needsAscii({ LC_ALL: all, LC_CTYPE: type, LANG: lang, TERM: term }: Variables): boolean {
  const locale = all || type || lang;
  return term === "linux" || (locale !== undefined && locale !== "" && !/utf-?8/i.test(locale));
}

/**
 * The background as `COLORFGBG` tells it: the number of a colour of the 16, behind the last `;`. Nothing where it does not.
 *
 * @example
 * groundFromVariables({ COLORFGBG: "0;15" }); // "light"
 */
export function groundFromVariables({ COLORFGBG: told }: Variables): Ground | undefined {
  const background = /;(\d{1,2})$/.exec(told ?? "")?.[1];
  if (background === undefined) return undefined;
  const color = Number(background);
  return color === 7 || (color > 8 && color < 16) ? "light" : "dark";
}

/**
 * The background that a terminal answered with: `rgb:RRRR/GGGG/BBBB`, each of one to four hexadecimal digits.
 *
 * Source: "Operating System Commands", 11, XTerm Control Sequences, https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
 */
export function groundFromAnswer(answer: string): Ground | undefined {
  const parts = /\]11;rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i.exec(answer)?.slice(1);
  if (parts === undefined) return undefined;
  const [red, green, blue] = parts.map((digits) => Number.parseInt(digits, 16) / (16 ** digits.length - 1));
  // How light an eye finds it: Rec. 709.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 ? "light" : "dark";
}
