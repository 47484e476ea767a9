import { InvalidArgumentError } from "commander";
import { complaintOf, type ParseOption } from "../run/option-values.ts";

/** A rule for values as commander wants it. */
export function argument<T>(parse: ParseOption<T>): (value: string) => T {
  return (value) => {
    const complaint = complaintOf(parse, value);
    if (complaint !== undefined) throw new InvalidArgumentError(complaint);
    return parse(value);
  };
}
