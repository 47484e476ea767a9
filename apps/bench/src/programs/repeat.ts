/**
 * What one run of some work takes when it runs so often that all runs together take 150 ms.
 *
 * @param finished waits until everything that was started is done
 */
export async function secondsEach(work: () => void, finished: () => Promise<unknown>): Promise<number> {
  const secondsOf = async (times: number): Promise<number> => {
    const started = performance.now();
    for (let i = 0; i < times; i++) work();
    await finished();
    return (performance.now() - started) / 1000;
  };
  const once = await secondsOf(1);
  // One run alone carries the waiting too, and would give too few.
  const few = Math.ceil(Math.min(20, 0.02 / once));
  const each = few > 1 ? (await secondsOf(few)) / few : once;
  const times = Math.max(1, Math.round(0.15 / each));
  return (await secondsOf(times)) / times;
}
