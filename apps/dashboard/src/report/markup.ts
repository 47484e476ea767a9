/** Text that is HTML or SVG already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes. */
type Insertable = string | number | Markup | undefined | readonly (Markup | undefined)[];

/**
 * A template for HTML and SVG. Whatever is put into it is text and is escaped, in content and in quoted attributes, unless
 * it came from a template itself.
 *
 * @example
 * markup`<b title="${'"'}">${"<script>"}</b>`.text; // '<b title="&quot;">&lt;script&gt;</b>'
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Insertable[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + inserted(values[i - 1]) + string));
}

function inserted(value: Insertable): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(inserted).join("");
  return escaped(String(value));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Characters that XML forbids, and those that turn the direction of what comes after, become U+FFFD. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(forbidden, "\uFFFD")
    .replaceAll(/[&<>"']/g, (character) => entities[character]);
}

const forbidden = /(?![\t\n\r])[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/gu;
