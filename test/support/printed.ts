/**
 * What code says that it prints: the comment behind each line that does, `console.log(...); // Float32Array [1, 2]`.
 */
export function promisedLines(code: string): readonly string[] {
  return [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, comment]) => printedForm(comment));
}

/** Printed values without what engines write differently: lengths of arrays, spaces, the breaking of lines. */
export function printedForm(text: string): string {
  return text
    .replace(/\(\d+\) /g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([[\]]) ?/g, "$1")
    .trim();
}
