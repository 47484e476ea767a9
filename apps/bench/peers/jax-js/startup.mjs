// The start of jax-js.
import { fresh } from "../javascript/fresh.mjs";
import { version } from "./library.mjs";

const program = `
const started = performance.now();
const { defaultDevice, init, numpy: np } = await import("@jax-js/jax");
await init("wasm");
defaultDevice("wasm");
const x = np.array([[1, 2], [3, 4]]);
const proof = [...(await np.matmul(x.ref, x).data())];
console.log(JSON.stringify({ value: performance.now() - started, proof }));
process.exit();
`;

export async function prepare() {
  return { version, dtype: "float32", run: () => fresh(program, import.meta.dirname) };
}
