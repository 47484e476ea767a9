/** What one run of some work takes when it runs so often that all runs together take 150 ms. */
export async function secondsEach(work, finished) {
  const secondsOf = async (times) => {
    const started = performance.now();
    for (let i = 0; i < times; i++) work();
    await finished();
    return (performance.now() - started) / 1000;
  };
  const once = await secondsOf(1);
  const few = Math.ceil(Math.min(20, 0.02 / once));
  const each = few > 1 ? (await secondsOf(few)) / few : once;
  const times = Math.max(1, Math.round(0.15 / each));
  return (await secondsOf(times)) / times;
}

/** How fast `classesOf(start, end)` gives the classes of `count` images, one by one or all at once. */
export async function answers(caseId, classesOf, count) {
  const size = caseId === "one image" ? 1 : count;
  let images = 0;
  let proof = [];
  let elapsed = 0;
  const started = performance.now();
  for (; elapsed < 150; elapsed = performance.now() - started) {
    proof = [];
    for (let start = 0; start < count; start += size) proof.push(...(await classesOf(start, start + size)));
    images += count;
  }
  return { value: caseId === "one image" ? (elapsed * 1000) / images : (images / elapsed) * 1000, proof };
}

/** What one run of some work costs in microseconds, and how often it ran. */
export function overheadOf(work, times) {
  const started = performance.now();
  for (let i = 0; i < times; i++) work();
  return ((performance.now() - started) * 1000) / times;
}
