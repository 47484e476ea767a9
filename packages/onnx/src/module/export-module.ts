import { type Layer, parametersOf } from "@gradwerk/nn";
import { type Shape, sizeOf } from "@gradwerk/tensor";
import { OnnxError } from "../errors.ts";
import { type TracedValue, tracedGraph } from "../export/traced-graph.ts";
import { kernelsFor } from "./kernels.ts";
import { findLoops } from "./loops.ts";
import { Printer } from "./printer.ts";
import { isOne, statementsOf } from "./statements.ts";

/** How a module is made. */
export interface ModuleOptions {
  /** The shape of one sample. Default: that of the model, where it is a `network`. */
  readonly input?: Shape;
  /** Whether the weights are in the module, as base64, or in a file beside it that it loads. Default: `inline`. */
  readonly weights?: "inline" | "beside";
  /** The name of that file. Default: `model.bin`. */
  readonly file?: string;
}

/** A module's text, and what belongs to it. */
export interface ExportedModule {
  /** JavaScript: an ES module. */
  readonly code: string;
  /** Little-endian float32, for the file beside the module; with `inline` they are in the code as well. */
  readonly weights: Uint8Array<ArrayBuffer>;
  /** Its types: a `.d.ts` file. */
  readonly types: string;
}

/**
 * Writes a network as an ES module that needs nothing else and predicts in any JavaScript engine:
 * `predict(numbers, count)` takes `count` samples one after the other and gives their outputs as a `Float32Array`. It holds
 * only what the network needs, computes in float32 whatever the dtype of the parameters is, and what is written is
 * inference. It is for small networks and few samples: nothing in it is fast.
 *
 * @throws OnnxError `export` for ops that a module cannot hold, `option`
 * @example
 * const { code } = await exportModule(model, parameters);
 * await writeFile("digits.js", code);
 */
export async function exportModule<Parameters>(
  model: Layer<Parameters> & { readonly input?: Shape },
  parameters: Parameters,
  { input = model.input, weights = "inline", file = "model.bin" }: ModuleOptions = {},
): Promise<ExportedModule> {
  if (input === undefined) {
    throw new OnnxError(
      "option",
      `exportModule: ${model.name} does not say the shape of one sample. Give it: { input: [784] }.`,
    );
  }
  if (weights !== "inline" && weights !== "beside") {
    throw new OnnxError("option", `exportModule: weights must be "inline" or "beside", got ${weights}.`);
  }
  const graph = await tracedGraph(model, parameters, input);
  const { list, output, given } = statementsOf(graph);
  const printer = new Printer(list, graph.constants);
  printer.name(graph.input, "x");
  const stored = new WeightList();
  const tensors = new Map(parametersOf(parameters).map(({ path, tensor }) => [path, tensor]));
  for (const [value, path] of graph.parameters) {
    const tensor = tensors.get(path);
    if (given.has(value) && tensor !== undefined)
      printer.name(value, stored.add(await tensor.data(), `${path} [${tensor.shape.join(", ")}]`));
  }
  for (const [value, numbers] of graph.constants) {
    if (given.has(value) && !isOne(numbers)) printer.name(value, stored.add(numbers, "a constant"));
  }
  const body = printer.lines(findLoops(list, output));
  const result = printer.textOf({ value: output, repeats: false });
  const isOwn = list.some(({ value }) => value === output);
  const predict = [
    `if (!(Number.isInteger(count) && count > 0) || numbers.length !== count * ${sizeOf(input)}) {`,
    `  throw new RangeError(\`predict: expected \${count} times ${sizeOf(input)} numbers, got \${numbers.length}\`);`,
    "}",
    "const x = Float32Array.from(numbers);",
    ...body,
    `return ${result}${isOwn ? "" : ".slice()"};`,
  ];
  const shapes = { inputShape: input, outputShape: graph.output.shape.slice(1) };
  const bytes = stored.bytes();
  const code = [
    `// ${oneLine(model.name)}, made by Gradwerk.`,
    ...Object.entries(shapes).map(([name, shape]) => `export const ${name} = [${shape.join(", ")}];`),
    "",
    ...kernelsFor([...body, result].join("\n")),
    "",
    ...(bytes.length === 0 ? [] : [...loaded(bytes, weights, file), ...stored.lines, ""]),
    `/** ${signature(graph.input, graph.output)} */`,
    "export function predict(numbers, count = 1) {",
    ...predict.map((line) => `  ${line}`),
    "}",
    "",
  ];
  return {
    code: code.join("\n"),
    weights: bytes,
    types: typesOf(shapes, signature(graph.input, graph.output)),
  };
}

/** Numbers one after the other, each array by a name. */
class WeightList {
  readonly lines: string[] = [];
  readonly #arrays: Float32Array[] = [];
  #length = 0;

  add(numbers: ArrayLike<number>, what: string): string {
    const name = `w${this.#arrays.length}`;
    const end = this.#length + numbers.length;
    this.lines.push(`const ${name} = weights.subarray(${this.#length}, ${end}); // ${oneLine(what)}`);
    this.#arrays.push(Float32Array.from(numbers));
    this.#length = end;
    return name;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Float32Array(this.#length);
    let at = 0;
    for (const array of this.#arrays) {
      all.set(array, at);
      at += array.length;
    }
    return new Uint8Array(all.buffer);
  }
}

// Node's fetch reads no files, and an import of its modules would disturb bundlers for browsers.
function loaded(bytes: Uint8Array, weights: "inline" | "beside", file: string): string[] {
  if (weights === "inline") {
    return [
      `const weights = new Float32Array(Uint8Array.from(atob("${base64(bytes)}"), (c) => c.charCodeAt(0)).buffer);`,
    ];
  }
  return [
    `const file = new URL(${JSON.stringify(`./${file}`)}, import.meta.url);`,
    'const node = file.protocol === "file:" && globalThis.process?.getBuiltinModule?.("node:fs");',
    "const bytes = node ? new Uint8Array(node.readFileSync(file)).buffer : await (await fetch(file)).arrayBuffer();",
    `if (bytes.byteLength !== ${bytes.length}) throw new Error(\`\${file} does not hold the weights of this module\`);`,
    "const weights = new Float32Array(bytes);",
  ];
}

declare const btoa: (text: string) => string;

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function typesOf(shapes: Readonly<Record<string, readonly unknown[]>>, told: string): string {
  return [
    "/** The shape of one sample, and of what comes out for it. */",
    ...Object.entries(shapes).map(
      ([name, shape]) => `export declare const ${name}: readonly [${shape.join(", ")}];`,
    ),
    `/** ${told} */`,
    "export declare function predict(numbers: ArrayLike<number>, count?: number): Float32Array<ArrayBuffer>;",
    "",
  ].join("\n");
}

function signature(input: TracedValue, output: TracedValue): string {
  const [of, to] = [input, output].map(({ shape }) => `[${shape.slice(1).join(", ")}]`);
  return `count samples ${of}, one after the other -> ${to} for each of them`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}
