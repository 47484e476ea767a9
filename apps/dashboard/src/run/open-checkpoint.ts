import type { Network } from "@gradwerk/nn";
import { type Checkpoint, restore } from "@gradwerk/nn/checkpoint";
import { createDevice, type Device } from "@gradwerk/tensor";
import { WorkError } from "../errors.ts";
import type { Preset, RunConfig } from "./config.ts";
import type { OutputKind } from "./experiment.ts";
import { loadBackend } from "./load-backend.ts";
import { parameterBytes } from "./parameter-bytes.ts";
import { type PresetParts, presetDefinitions } from "./presets.ts";
import { readStoredRun, type StoredRun } from "./stored-run.ts";

/** A network out of a checkpoint, ready to be used. */
export interface OpenedCheckpoint {
  readonly file: string;
  readonly config: RunConfig;
  /** Steps of training that it has seen. */
  readonly step: number;
  readonly model: Network<unknown>;
  readonly parameters: unknown;
  readonly device: Device;
  /** The label of each class, in class order. */
  readonly labels: readonly number[];
  readonly outputs: OutputKind;
  /** Of the images that it takes. */
  readonly rows: number;
  readonly columns: number;
  dispose(): Promise<void>;
}

/**
 * Makes a network of a checkpoint of `gradwerk train`, on the backend that needs no start-up. Everything is checked before
 * memory is taken for it.
 *
 * @throws NnError for a file that is damaged, no checkpoint or of a newer version; WorkError for one of another program, and
 * for images that are not square
 */
export async function openCheckpoint(file: string): Promise<OpenedCheckpoint> {
  const run = await readStoredRun(file);
  const { checkpoint } = run;
  const labels = run.config.digits ?? Array.from({ length: classesIn(run) }, (_, label) => label);
  const { side, input, network, outputs } = fittingParts({ ...run.config, digits: labels }, checkpoint);
  const device = createDevice(await loadBackend("cpu", null));
  try {
    const model = network();
    const parameters = model.initialize(device, run.config.dtype, { input });
    restore(checkpoint, { parameters });
    return {
      file,
      config: run.config,
      step: checkpoint.step,
      model,
      parameters,
      device,
      labels,
      outputs,
      rows: side,
      columns: side,
      dispose: () => device.dispose(),
    };
  } catch (error) {
    await device.dispose();
    throw error;
  }
}

// As many as the last layer has biases.
function classesIn({ file, checkpoint }: StoredRun): number {
  const biases = Object.entries(checkpoint.parameters).flatMap(([path, { shape }]) => {
    const [, layer] = /^(\d+)\.bias$/.exec(path) ?? [];
    return layer === undefined ? [] : [{ layer: Number(layer), count: shape[0] ?? 0 }];
  });
  const last = biases.reduce((best, bias) => (bias.layer > best.layer ? bias : best), {
    layer: -1,
    count: 0,
  });
  if (last.count > 0) return last.count;
  throw new WorkError(
    `${file}: a checkpoint without the parameters of a network's last layer. It is damaged.`,
  );
}

// The size of its images is not in the file: it is that with which the network has the parameters that are.
function fittingParts(
  config: RunConfig & { readonly digits: readonly number[] },
  { name, parameters }: Checkpoint,
): PresetParts & { readonly side: number } {
  const stored = Object.values(parameters).reduce((sum, { values }) => sum + values.byteLength, 0);
  for (const side of sidesFor(config.preset, parameters)) {
    try {
      const parts = presetDefinitions[config.preset](config, { rows: side, columns: side }, 1);
      if (parameterBytes(parts, config, stored) === stored) return { ...parts, side };
    } catch {
      // A network that cannot be takes images of another size.
    }
  }
  throw new WorkError(
    `${name}: its parameters, ${stored} bytes, are those of no network with its options on square images. ` +
      "It is damaged, or learned from images that are not square.",
  );
}

function sidesFor(preset: Preset, parameters: Checkpoint["parameters"]): readonly number[] {
  const shape = (path: string): readonly number[] => parameters[path]?.shape ?? [];
  if (preset === "lstm") return shape("0.inputWeight").slice(0, 1);
  if (preset === "cnn" || preset === "attention")
    return [28, ...Array.from({ length: 128 }, (_, i) => i + 1)];
  return shape("0.weight").slice(0, 1).map(Math.sqrt).filter(Number.isInteger);
}
