// The start of TensorFlow.js.
import { fresh } from "../javascript/fresh.mjs";
import { libraryOn } from "./library.mjs";

const programOn = (backend) => `
const started = performance.now();
const tf = await import("@tensorflow/tfjs");
if ("${backend}" === "wasm") await import("@tensorflow/tfjs-backend-wasm");
await tf.setBackend("${backend}");
await tf.ready();
const x = tf.tensor2d([[1, 2], [3, 4]]);
const proof = [...(await x.matMul(x).data())];
console.log(JSON.stringify({ value: performance.now() - started, proof }));
process.exit();
`;

export async function prepare(_, { backend }) {
  const tf = await libraryOn(backend);
  return {
    version: tf.version.tfjs,
    dtype: "float32",
    run: () => fresh(programOn(backend), import.meta.dirname),
  };
}
