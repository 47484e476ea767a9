import { arraysOf, toArticle, toPyTorch } from "@gradwerk/nn/checkpoint";
import { saveFile } from "@gradwerk/nn/node";
import { suggestion, UsageError } from "../errors.ts";
import { escapedJson } from "../history/escaped-json.ts";
import { type OpenedCheckpoint, openCheckpoint } from "../run/open-checkpoint.ts";

export interface ExportFlags {
  readonly json?: boolean;
}

/** What each kind of file holds. What makes it is loaded when it is asked for. */
const kinds: Readonly<Record<string, (opened: OpenedCheckpoint) => Promise<Uint8Array>>> = {
  onnx: async ({ model, parameters, config }) =>
    (await import("@gradwerk/onnx")).toOnnx(model, parameters, { name: config.preset }),
  safetensors: async ({ model, parameters }) => {
    const { encodeSafetensors } = await import("@gradwerk/nn/formats");
    return encodeSafetensors(await toPyTorch(model, parameters), { format: "pt" });
  },
  npz: async ({ model, parameters, config }) => {
    const { encodeNpz } = await import("@gradwerk/nn/formats");
    const isArticle = config.preset === "article";
    return encodeNpz(await (isArticle ? toArticle(model, parameters) : arraysOf(parameters)));
  },
  js: moduleOf,
  mjs: moduleOf,
};

async function moduleOf({ model, parameters }: OpenedCheckpoint): Promise<Uint8Array> {
  const { exportModule } = await import("@gradwerk/onnx/module");
  return new TextEncoder().encode((await exportModule(model, parameters)).code);
}

/** `gradwerk export CHECKPOINT FILE`: a network as a file for other programs, of the kind that the file's ending says. */
export async function exportCommand(
  checkpoint: string,
  file: string,
  { json }: ExportFlags,
): Promise<number> {
  const ending = /\.([^./\\]+)$/.exec(file)?.[1].toLowerCase() ?? "";
  if (!Object.hasOwn(kinds, ending)) {
    const endings = Object.keys(kinds);
    throw new UsageError(
      `${file}: which kind of file is it to be?${suggestion(ending, endings)} ` +
        `Give a name that ends in ${endings.map((known) => `.${known}`).join(", ")}.`,
    );
  }
  const opened = await openCheckpoint(checkpoint);
  try {
    const bytes = await kinds[ending](opened);
    await saveFile(file, bytes);
    process.stdout.write(
      json ? `${escapedJson({ written: file, bytes: bytes.length })}\n` : `wrote ${file}\n`,
    );
    return 0;
  } finally {
    await opened.dispose();
  }
}
