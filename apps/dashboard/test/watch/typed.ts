// A program in TypeScript, which is watched as it is. It does not know where its events go.
interface Step {
  readonly event: "step";
  readonly step: number;
  readonly loss: number;
}
for (const step of [1, 2, 3]) {
  const event: Step = { event: "step", step, loss: Number(process.argv[2] ?? 1) / step };
  console.log(JSON.stringify(event));
}
