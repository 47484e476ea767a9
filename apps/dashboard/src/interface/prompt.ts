import { palette } from "../drawing/color.ts";
import { faint, fitLine, type Line, span } from "../drawing/styled-line.ts";
import type { RunInfo } from "../run/protocol.ts";
import type { KeyContext } from "./keys.ts";
import type { Prompt } from "./view.ts";

/** Characters of a value; no number that is asked for needs more. */
const longestText = 20;

/** What can be asked for. */
interface Question {
  readonly words: (info: RunInfo) => string;
  /** What is wrong with a value, in words; nothing where it can be taken. */
  readonly complaint: (value: number, info: RunInfo) => string | undefined;
  readonly take: (value: number, context: KeyContext) => void;
}

const questions: Readonly<Record<Prompt["for"], Question>> = {
  learningRate: {
    words: () => "learning rate",
    complaint: (value) =>
      value > 0 && Number.isFinite(value) ? undefined : "a number above 0, for example 0.1",
    take: (learningRate, { send }) => send({ type: "learningRate", learningRate }),
  },
  testImage: {
    words: ({ testCount }) => `test image, 0 to ${testCount - 1}`,
    complaint: (value, { testCount }) =>
      Number.isInteger(value) && value >= 0 && value < testCount ? undefined : "there is no such image",
    take: (testImage, { look }) => look(({ attempt }) => ({ attempt: { ...attempt, testImage } })),
  },
  step: {
    words: ({ steps }) => `go to step, 0 to ${steps}`,
    complaint: (value, { steps }) =>
      Number.isInteger(value) && value >= 0 && value <= steps ? undefined : `a step from 0 to ${steps}`,
    take: (step, { send }) => send({ type: "goTo", step }),
  },
};

/** A question without an answer yet. */
export function openPrompt(asked: Prompt["for"]): Prompt {
  return { for: asked, text: "" };
}

/** What a key does while a value is typed: it belongs to the value, takes it, or leaves it. */
export function typeInPrompt(prompt: Prompt, context: KeyContext, key: string): void {
  const { look, leave } = context;
  const type = (text: string): void => look(() => ({ prompt: { for: prompt.for, text } }));
  if (key === "ctrl+c") leave("interrupted");
  else if (key === "escape") look(() => ({ prompt: undefined }));
  else if (key === "backspace") type(prompt.text.slice(0, -1));
  else if (key === "return") {
    const complaint = answerTo(prompt.for, prompt.text, context);
    look(() => ({ prompt: complaint === undefined ? undefined : { ...prompt, complaint } }));
  } else if (/^[\d.eE+-]$/.test(key) && prompt.text.length < longestText) type(prompt.text + key);
}

/** Takes the answer to a question, or says what is wrong with it. */
export function answerTo(asked: Prompt["for"], text: string, context: KeyContext): string | undefined {
  const { info } = context.state;
  if (info === undefined) return "the run is not ready yet";
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const wrong = questions[asked].complaint(value, info);
  if (wrong === undefined) questions[asked].take(value, context);
  return wrong;
}

/** The last row while a value is typed. */
export function promptLine(prompt: Prompt, info: RunInfo, width: number): Line {
  const hint: Line =
    prompt.complaint === undefined
      ? [span("   enter sets it, esc leaves it", faint)]
      : [span(`   ✗ ${prompt.complaint}`, { foreground: palette.wrong })];
  return fitLine(
    [
      span(` ${questions[prompt.for].words(info)}: `, { bold: true, foreground: palette.accent }),
      span(prompt.text),
      span(" ", { inverse: true }),
      ...hint,
    ],
    width,
  );
}
