import { type Preset, presetConfigs, type RunConfig } from "../../src/run/config.ts";

/** A run of a preset that takes a moment: few images, small layers. */
export function smallRun(preset: Preset, steps: number): RunConfig {
  return {
    ...presetConfigs[preset],
    backend: "cpu",
    train: [0, 40],
    test: [40, 80],
    batch: preset === "article" ? 1 : 8,
    hidden: preset === "autoencoder" ? [12, 4] : [8],
    steps,
    epochs: null,
  };
}
