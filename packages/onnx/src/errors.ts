/**
 * What went wrong, for programs: stable across versions, one per kind of mistake.
 *
 * | code | what |
 * |---|---|
 * | `truncated` | the file ends inside a value |
 * | `malformed` | the bytes are not an ONNX model |
 * | `limit` | more nodes, axes or elements than are accepted |
 * | `tensor-data` | the values of a tensor do not fill its shape |
 * | `external-data` | values lie in another file |
 * | `data-type` | elements of a type that has no counterpart here |
 * | `opset` | a version of the format or of the operators that is not known |
 * | `operator` | an operator that is not known |
 * | `attribute` | an operator's attribute or input has a form or value that is not supported |
 * | `graph` | names that are missing, doubled or used before they are made |
 * | `shape` | the file's nodes do not fit its input |
 * | `option` | an argument of this package's functions |
 * | `export` | a model that an ONNX file cannot hold |
 */
export type OnnxErrorCode =
  | "truncated"
  | "malformed"
  | "limit"
  | "tensor-data"
  | "external-data"
  | "data-type"
  | "opset"
  | "operator"
  | "attribute"
  | "graph"
  | "shape"
  | "option"
  | "export";

/** The one error class of this package: `code` for programs, a complete message for people. */
export class OnnxError extends Error {
  override readonly name: string = "OnnxError";
  readonly code: OnnxErrorCode;

  constructor(code: OnnxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
