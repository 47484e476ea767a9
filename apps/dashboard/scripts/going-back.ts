/**
 * Measures how long going back takes: runs presets for 1,100 steps and goes back over every 37th distance up to 1,000, from
 * the last step each time.
 *
 *   node --conditions=source scripts/going-back.ts [PRESET...]
 */
import { presetConfigs, presets } from "../src/run/config.ts";
import { openTraining } from "../src/run/training.ts";

const last = 1100;
const asked = process.argv.slice(2);

for (const preset of presets.filter((name) => asked.length === 0 || asked.includes(name))) {
  const config = { ...presetConfigs[preset], steps: last, epochs: null, evalEvery: last };
  const training = await openTraining(config, () => {});
  const session = training.start();
  const steps: number[] = [];
  while (session.step < last - 1) steps.push(1000 * (await session.take()).seconds.train);
  const ways: number[] = [];
  for (let distance = 1; distance <= 1000; distance += 37) {
    const started = performance.now();
    await session.goTo(last - 1 - distance);
    ways.push(performance.now() - started);
    await session.goTo(last - 1);
  }
  const mebibytes = session.memory / 2 ** 20;
  const told = [
    preset.padEnd(11),
    `a step ${median(steps)} ms`,
    `${mebibytes.toFixed(1)} MiB in tensors and states`,
    `back: median ${median(ways)} ms, at most ${Math.max(...ways).toFixed(1)} ms`,
  ];
  process.stdout.write(`${told.join("  ")}\n`);
  await training.dispose();
}

function median(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)].toFixed(1);
}
