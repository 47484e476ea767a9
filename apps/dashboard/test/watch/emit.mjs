// A program that is watched: `emit.mjs stdout|fd3 [crash|hang]` tells a run of 40 steps there.
import { writeSync } from "node:fs";

const [where, how] = process.argv.slice(2);
const tell = (/** @type {object} */ event) =>
  writeSync(where === "fd3" ? 3 : 1, `${JSON.stringify(event)}\n`);
tell({ event: "start", title: "a program", steps: 40, config: { lr: 0.5 } });
console.log("a stray print \u001b]0;owned\u0007\u001b[2J");
for (let step = 1; step <= 40; step++) {
  tell({ event: "step", step, loss: 1 / step, ...(step % 10 === 0 && { accuracy: step / 50 }) });
}
console.error("a word on stderr");
if (how === "crash") throw new Error("the program crashed on purpose");
if (how === "hang") setInterval(() => {}, 1000);
else tell({ event: "end", steps: 40, loss: 0.025, accuracy: 0.8 });
