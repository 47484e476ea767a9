/**
 * JSON that a terminal can be shown: beyond what JSON escapes, the control characters of ISO 6429 and those that turn
 * the direction of text are written as `\uXXXX`.
 */
export function escapedJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replaceAll(
    /[\u007F-\u009F\u200E\u200F\u2028-\u202E\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
