/**
 * The calls that led here, innermost first, without those inside this package: where a program asked for something.
 *
 * The innermost frame is this file's own, so that the folder above it is that of this package; where all code is bundled
 * into one file, no frame can be told from another.
 */
export function callersOutside(): string {
  const frames = (new Error().stack ?? "").split("\n").slice(1);
  const [, ownFolder] = /([^\s(]+\/)core\/callers/.exec(frames[0] ?? "") ?? [];
  const outside = frames.filter((frame) => ownFolder === undefined || !frame.includes(ownFolder));
  return outside.map((frame) => frame.trim()).join("\n");
}
