import type { Operator } from "../node-call.ts";
import { convolutionOperators } from "./convolution.ts";
import { elementwiseOperators } from "./elementwise.ts";
import { indexingOperators } from "./indexing.ts";
import { matrixOperators } from "./matrix.ts";
import { normalizationOperators } from "./normalization.ts";
import { recurrentOperators } from "./recurrent.ts";
import { reductionOperators } from "./reductions.ts";
import { shapeOperators } from "./shapes.ts";

/** The operators of ONNX that are understood, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  [
    elementwiseOperators,
    matrixOperators,
    convolutionOperators,
    normalizationOperators,
    reductionOperators,
    recurrentOperators,
    shapeOperators,
    indexingOperators,
  ].flatMap((family) => Object.entries(family)),
);

/** The versions of the operators that are understood. */
export const opsets = { first: 7, last: 27 } as const;
