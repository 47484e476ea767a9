import * as main from "@gradwerk/tensor";
import * as draws from "@gradwerk/tensor/draws";
import * as training from "@gradwerk/tensor/training";

/** What all entries with ops export, by name. */
export const everyOp = { ...main, ...draws, ...training };
