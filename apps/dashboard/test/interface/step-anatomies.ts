import { articleConfig, type Preset, presetConfigs, type RunConfig } from "../../src/run/config.ts";
import type { StepAnatomy } from "../../src/run/inspection.ts";
import type { RunInfo } from "../../src/run/protocol.ts";
import type { Session } from "../../src/run/session.ts";
import { openTraining } from "../../src/run/training.ts";

/** A small run of a preset on all digits; the article's own run on its own. */
export function smallConfig(preset: Preset): RunConfig {
  if (preset === "article") return { ...articleConfig, test: [2000, 2010] };
  return {
    ...presetConfigs[preset],
    backend: "cpu",
    train: [0, 40],
    test: [40, 80],
    batch: 8,
    hidden: preset === "autoencoder" ? [12, 4] : [8],
    steps: 12,
    epochs: null,
  };
}

/** A step of a real run. */
export interface RealStep {
  readonly info: RunInfo;
  readonly anatomy: StepAnatomy;
}

/** What a step of a run tells when it is taken apart, and what else `more` asks of the session. */
export async function realStep<More>(
  config: RunConfig,
  steps: number,
  more: (session: Session) => Promise<More>,
): Promise<RealStep & { readonly more: More }> {
  const training = await openTraining(config, () => {});
  try {
    const session = training.start();
    for (let step = 0; step < steps; step++) await session.take();
    const { anatomy } = await session.look("math");
    if (anatomy === undefined) throw new Error("nothing was told");
    return { info: training.info, anatomy, more: await more(session) };
  } finally {
    await training.dispose();
  }
}
