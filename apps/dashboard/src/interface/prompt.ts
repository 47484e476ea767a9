import { palette } from "../drawing/color.ts";
import { faint, fitLine, type Line, lineWidth, plainText, span } from "../drawing/styled-line.ts";
import type { RunInfo } from "../run/protocol.ts";
import { choose } from "./compare/compare-choice.ts";
import { imageCount } from "./data/data-images.ts";
import type { KeyContext } from "./keys.ts";
import { openPicture } from "./try/open-picture.ts";
import type { Prompt, View } from "./view.ts";

/** What can be asked for. */
interface Question {
  readonly words: (info: RunInfo) => string;
  /** A character of an answer, and how many it may have. */
  readonly character: RegExp;
  readonly longest: number;
  /** Takes an answer, or says in words what is wrong with it. */
  readonly answer: (text: string, context: KeyContext, info: RunInfo) => string | undefined;
}

/** What a path is made of. */
const path = { character: /^\P{Cc}$/u, longest: 1000 } as const;

const questions: Readonly<Record<Prompt["for"], Question>> = {
  learningRate: {
    words: () => "learning rate",
    ...numberWith(
      (value) => (value > 0 && Number.isFinite(value) ? undefined : "a number above 0, for example 0.1"),
      (learningRate, { send }) => send({ type: "learningRate", learningRate }),
    ),
  },
  testImage: {
    words: ({ testCount }) => `test image, 0 to ${testCount - 1}`,
    ...numberWith(
      (value, { testCount }) =>
        Number.isInteger(value) && value >= 0 && value < testCount ? undefined : "there is no such image",
      (testImage, { look }) => look(({ attempt }) => ({ attempt: { ...attempt, testImage } })),
    ),
  },
  image: {
    words: () => "image number",
    ...numberWith(
      (value, info, { sheet }) => {
        const count = imageCount(info, sheet);
        return Number.isInteger(value) && value >= 0 && value < count ? undefined : `from 0 to ${count - 1}`;
      },
      (image, { look }) =>
        look(({ sheet, chosenImage }) => ({ chosenImage: { ...chosenImage, [sheet]: image } })),
    ),
  },
  step: {
    words: ({ steps }) => `go to step, 0 to ${steps}`,
    ...numberWith(
      (value, { steps }) =>
        Number.isInteger(value) && value >= 0 && value <= steps ? undefined : `a step from 0 to ${steps}`,
      (step, { send }) => send({ type: "goTo", step }),
    ),
  },
  module: {
    words: () => "backend (module)",
    ...path,
    answer: (text, context) => {
      const backend = text.trim();
      if (backend === "") return "a file or package, for example ./my-backend.js";
      choose(context, () => ({ backend }));
      return undefined;
    },
  },
  picture: {
    words: () => "picture (PNG)",
    ...path,
    answer: (text, context) => {
      if (text.trim() === "") return "the name of a file, for example ~/seven.png";
      void openPicture(text, context);
      return undefined;
    },
  },
};

/** A question for a number: what is wrong with one, in words, and what is done with the others. */
function numberWith(
  complaint: (value: number, info: RunInfo, view: View) => string | undefined,
  take: (value: number, context: KeyContext) => void,
): Omit<Question, "words"> {
  return {
    character: /^[\d.eE+-]$/,
    longest: 20,
    answer: (text, context, info) => {
      const value = text.trim() === "" ? Number.NaN : Number(text);
      const wrong = complaint(value, info, context.view);
      if (wrong === undefined) take(value, context);
      return wrong;
    },
  };
}

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
  } else {
    const { character, longest } = questions[prompt.for];
    const typed = key === "space" ? " " : key;
    if (character.test(typed) && prompt.text.length < longest) type(prompt.text + typed);
  }
}

/** Takes the answer to a question, or says what is wrong with it. */
export function answerTo(asked: Prompt["for"], text: string, context: KeyContext): string | undefined {
  const { info } = context.state;
  if (info === undefined) return "the run is not ready yet";
  return questions[asked].answer(text, context, info);
}

/** The question, what was typed, and what is wrong with it, as a sentence. */
export function promptWords({ for: asked, text, complaint }: Prompt, info: RunInfo): string {
  const hint = complaint === undefined ? "Enter sets it, escape leaves it." : `Not taken: ${complaint}.`;
  return `${questions[asked].words(info)}: ${text === "" ? "nothing typed yet" : text}. ${hint}`;
}

/** The last row while a value is typed; of a long one the end. */
export function promptLine(prompt: Prompt, info: RunInfo, width: number): Line {
  const question = span(` ${questions[prompt.for].words(info)}: `, {
    bold: true,
    foreground: palette.accent,
  });
  const hint =
    prompt.complaint === undefined
      ? span("   enter sets it, esc leaves it", faint)
      : span(`   ✗ ${prompt.complaint}`, { foreground: palette.wrong });
  const characters = [...plainText(prompt.text)];
  const room = Math.max(8, width - lineWidth([question, hint]) - 1);
  const shown = characters.length <= room ? characters : ["…", ...characters.slice(1 - room)];
  return fitLine([question, span(shown.join("")), span(" ", { inverse: true }), hint], width);
}
