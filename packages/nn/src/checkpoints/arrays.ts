import { assign, formatShape, type Tensor } from "@gradwerk/tensor";
import { NnError } from "../errors.ts";
import { checkStoredArray, type StoredArray, type StoredArrays } from "../formats/stored-array.ts";
import { parametersOf } from "../parameters.ts";

/**
 * The values of a tree of tensors by path, as they are now.
 *
 * @example
 * const bytes = encodeSafetensors(await arraysOf(parameters));
 */
export async function arraysOf(tree: unknown): Promise<StoredArrays> {
  const read = parametersOf(tree).map(async ({ path, tensor }) => {
    const { dtype, shape } = tensor;
    return [path, { dtype, shape, values: await tensor.data() }] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

/** How arrays come into a tree. */
export interface AssignOptions {
  /** What messages call the arrays. Default: `arrays`. */
  readonly name?: string;
  /** Whether float32 and float64 may become each other; rounded to the nearest where they do. Default: false. */
  readonly cast?: boolean;
  /** Whether tensors for which there is no array stay as they are. Default: false. */
  readonly partial?: boolean;
}

/**
 * Writes arrays into the tensors of a tree, by path. Everything is checked before anything is written.
 *
 * @throws NnError `checkpoint-mismatch` with what is missing, unexpected, or of another shape or dtype
 * @example
 * assignArrays(parameters, decodeSafetensors(bytes).tensors);
 */
export function assignArrays(tree: unknown, arrays: StoredArrays, options: AssignOptions = {}): void {
  assignAll([{ prefix: "", tree, arrays }], options);
}

/** One of the trees that are written together. */
export interface Assignment {
  /** Before each path in messages. */
  readonly prefix: string;
  readonly tree: unknown;
  readonly arrays: StoredArrays;
}

/** `assignArrays` for several trees: all of them are checked first. */
export function assignAll(assignments: readonly Assignment[], options: AssignOptions = {}): void {
  const { name = "arrays" } = options;
  for (const { arrays, prefix } of assignments) {
    for (const [path, array] of Object.entries(arrays)) checkStoredArray(name, `${prefix}${path}`, array);
  }
  const differences = assignments.flatMap((assignment) => differencesOf(assignment, options));
  if (differences.length > 0) throw mismatch(name, differences);
  for (const { tree, arrays } of assignments) {
    for (const { path, tensor } of parametersOf(tree)) {
      if (Object.hasOwn(arrays, path)) write(tensor, arrays[path]);
    }
  }
}

function write(tensor: Tensor, { values, shape }: StoredArray): void {
  const { device, dtype } = tensor;
  device.scope(() => assign(tensor, device.tensor(values, { shape, dtype })));
}

function differencesOf({ prefix, tree, arrays }: Assignment, { cast, partial }: AssignOptions): string[] {
  const differences: string[] = [];
  const named = parametersOf(tree);
  const paths = new Set(named.map(({ path }) => path));
  for (const { path, tensor } of named) {
    const described = `${tensor.dtype} ${formatShape(tensor.shape)}`;
    if (!Object.hasOwn(arrays, path)) {
      if (partial !== true) differences.push(`${prefix}${path} is missing: ${described}`);
      continue;
    }
    const array = arrays[path];
    const isFit = formatShape(array.shape) === formatShape(tensor.shape);
    const isSame =
      array.dtype === tensor.dtype || (cast === true && isFloat(array.dtype) && isFloat(tensor.dtype));
    if (isFit && isSame) continue;
    differences.push(
      `${prefix}${path} is ${array.dtype} ${formatShape(array.shape)} and should be ${described}`,
    );
  }
  for (const [path, { dtype, shape }] of Object.entries(arrays)) {
    if (!paths.has(path))
      differences.push(`${prefix}${path} is not expected: ${dtype} ${formatShape(shape)}`);
  }
  return differences;
}

const mostNamed = 10;

/** The error for arrays that are not those of the model. */
export function mismatch(name: string, differences: readonly string[]): NnError {
  const more = differences.length > mostNamed ? `; and ${differences.length - mostNamed} more` : "";
  return new NnError(
    "checkpoint-mismatch",
    `${name}: not of this model: ${differences.slice(0, mostNamed).join("; ")}${more}. ` +
      "Build the model and the optimiser with which it was saved.",
  );
}

function isFloat(dtype: string): boolean {
  return dtype === "float32" || dtype === "float64";
}
