import * as v from "valibot";

/** A line of a watched program may be so many bytes long; of a longer one it is told that it was left out. */
export const mostLineBytes: number = 1 << 20;

const step = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const value = v.pipe(v.number(), v.finite());
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const text = v.pipe(
  v.string(),
  v.transform((long) => long.slice(0, 500)),
);

const start = v.object({
  event: v.literal("start"),
  title: v.optional(text),
  steps: v.nullish(step),
  architecture: v.optional(text),
  config: v.optional(v.record(v.string(), v.unknown())),
  data: v.optional(v.object({ source: v.optional(text), train: v.optional(count), test: v.optional(count) })),
  backend: v.optional(
    v.object({
      name: v.optional(text),
      dtype: v.optional(text),
      threads: v.optional(count),
      simd: v.optional(text),
    }),
  ),
});

const stepEvent = v.object({
  event: v.literal("step"),
  step,
  loss: value,
  accuracy: v.optional(share),
  testLoss: v.optional(value),
  learningRate: v.optional(value),
  seconds: v.optional(seconds),
});

const end = v.object({
  event: v.literal("end"),
  steps: v.optional(count),
  loss: v.optional(value),
  accuracy: v.optional(share),
  seconds: v.optional(
    v.object({ train: v.optional(seconds), evaluate: v.optional(seconds), total: v.optional(seconds) }),
  ),
  interrupted: v.optional(v.boolean()),
});

const message = v.object({ event: v.literal("message"), text });

const schemas = { start, step: stepEvent, end, message } as const;

/** An event of a watched program, as `docs/watch-protocol.md` describes it. */
export type WatchEvent = v.InferOutput<(typeof schemas)[keyof typeof schemas]>;

/** What a line of a watched program is. */
export type WatchLine =
  | { readonly kind: "event"; readonly event: WatchEvent }
  /** An event of a name that is not known. */
  | { readonly kind: "unknown"; readonly name: string }
  /** An event that is not what it should be, and why. */
  | { readonly kind: "refused"; readonly reason: string }
  /** Anything else: what the program prints for a person. */
  | { readonly kind: "print"; readonly text: string };

/** Reads a line, which may hold anything. */
export function watchLine(line: string): WatchLine {
  // What is no UTF-8 was replaced by U+FFFD.
  if (line.includes("\u0000") || line.includes("\uFFFD")) return { kind: "refused", reason: "is no text" };
  const content = parsed(line);
  if (content === undefined && line.startsWith('{"event"'))
    return { kind: "refused", reason: "is no whole JSON object" };
  const named = v.safeParse(v.object({ event: v.string() }), content);
  if (!named.success) return { kind: "print", text: line };
  const { event: name } = named.output;
  if (!Object.hasOwn(schemas, name)) return { kind: "unknown", name };
  const result = v.safeParse(schemas[name as keyof typeof schemas], content);
  if (result.success) return { kind: "event", event: result.output };
  const [issue] = result.issues;
  return { kind: "refused", reason: `${name}: ${v.getDotPath(issue) ?? "it"}: ${issue.message}` };
}

function parsed(line: string): unknown {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
