import type { RunInfo } from "../run/protocol.ts";

/** Whether classes are digits, which need no names. */
export function areDigits({ labelNames }: Pick<RunInfo, "labelNames">): boolean {
  return labelNames.length <= 10 && labelNames.every((name, label) => name === String(label));
}

/** What each class of a run is called, in class order. */
export function classNamesOf({ digits, labelNames }: Pick<RunInfo, "digits" | "labelNames">): string[] {
  return digits.map((label) => labelNames[label] ?? String(label));
}

/** `digits 1 and 7`, `Coat and Bag`, `26 classes`: the chosen classes in at most so many characters. */
export function chosenInWords(info: Pick<RunInfo, "digits" | "labelNames">, most: number): string {
  const words = classNamesOf(info)
    .join(", ")
    .replace(/, ([^,]*)$/, " and $1");
  const whole = areDigits(info) ? `digits ${words}` : words;
  return whole.length <= most ? whole : `${info.digits.length} classes`;
}

/** A name in at most so many characters; one that is cut ends in a dot. */
export function shortName(name: string, most: number): string {
  return name.length <= most ? name : `${name.slice(0, Math.max(1, most - 1))}.`;
}
