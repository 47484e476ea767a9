import { type Command, Option } from "commander";
import type { ExportFlags } from "./export.ts";
import type { PredictFlags } from "./predict.ts";
import type { Work } from "./program.ts";
import { parseDataSource } from "./train-flags.ts";

const checkpointMeaning = "a file of gradwerk train --save";

/** Adds `gradwerk predict` and `gradwerk export`, which use what was learned. What does them is loaded when it is asked for. */
export function addModelCommands(program: Command, chosen: (work: Work) => void): void {
  const debug = (): Option => new Option("--debug", "show a stack trace with an error");

  program
    .command("predict")
    .description("Ask a network of a checkpoint what images show.")
    .argument("<checkpoint>", checkpointMeaning)
    .argument("[image...]", "the number of a test image, a PNG, or a file of raw pixels (default: 0)")
    .addOption(
      new Option("--data <where>", "where test images are (default: where the run had them)").argParser(
        parseDataSource,
      ),
    )
    .addOption(new Option("--json", "one JSON object per image"))
    .addOption(debug())
    .addHelpText(
      "after",
      `
Examples:
  gradwerk predict run.safetensors 17         what it says about image 17 of MNIST's test file
  gradwerk predict run.safetensors seven.png  about a picture of a digit, drawn anywhere and in any size
  gradwerk predict run.safetensors 0 1 2 --json`,
    )
    .action((file: string, words: string[], flags: PredictFlags) =>
      chosen(async () => (await import("./predict.ts")).predictCommand(file, words, flags)),
    );

  program
    .command("export")
    .description("Write the network of a checkpoint to a file for other programs; its ending says the kind.")
    .argument("<checkpoint>", checkpointMeaning)
    .argument(
      "<file>",
      "FILE.onnx, FILE.safetensors (PyTorch's names), FILE.npz (NumPy), FILE.js or FILE.mjs",
    )
    .addOption(new Option("--json", "what was written, as one JSON object"))
    .addOption(debug())
    .addHelpText(
      "after",
      `
Examples:
  gradwerk export run.safetensors digits.onnx         for onnxruntime and others
  gradwerk export run.safetensors digits.safetensors  for load_state_dict of PyTorch
  gradwerk export run.safetensors digits.npz          for numpy.load
  gradwerk export run.safetensors digits.js           a module that predicts in a browser, without anything else`,
    )
    .action((checkpoint: string, file: string, flags: ExportFlags) =>
      chosen(async () => (await import("./export.ts")).exportCommand(checkpoint, file, flags)),
    );
}
