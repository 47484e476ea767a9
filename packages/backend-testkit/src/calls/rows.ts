import type { DType } from "@gradwerk/tensor/backend";
import { type KernelCall, poisoned, type ViewSpec } from "../kernel-call.ts";
import { placesOf } from "../oracle/places.ts";
import { cornerElements, randomElements } from "../samples.ts";
import { exactly, sumBound } from "../tolerance.ts";
import { inputView, outputView } from "../views.ts";
import { allDTypes, type CallGroup, isFloat } from "./call-group.ts";

/** `[rows, width, count]`: how many rows of which width, and how many are gathered or scattered. */
const sizes: readonly (readonly [rows: number, width: number, count: number])[] = [
  [1, 1, 1],
  [3, 1, 7],
  [5, 4, 5],
  [7, 5, 13],
  [4, 16, 9],
  [10, 33, 21],
  [6, 1021, 4],
  [1021, 3, 2000],
  [3, 2, 0],
  [3, 0, 4],
];

// Numbers of rows in no order, some twice, some outside.
function rowNumbers(rows: number, outside: boolean): (place: number) => number {
  const inside = randomElements("int32", 40, [0, rows]);
  const strange = [-1, rows, 2 ** 31 - 1, -(2 ** 31)];
  return (place) =>
    outside && place % 5 === 3 ? strange[Math.floor(place / 5) % strange.length] : inside(place);
}

function tableOf(dtype: DType, rows: number, width: number, gap: number): ViewSpec {
  const elements = randomElements(dtype, 41, [0, 100]);
  const shape = [rows, width];
  const strides = [width + gap, 1];
  const content = poisoned(dtype, 13 + rows * (width + gap) + 1);
  for (const [i, place] of placesOf({ offset: 13, shape, strides }).entries()) content[place] = elements(i);
  return { dtype, content, offset: 13, shape, strides };
}

const gatherGroups: CallGroup[] = allDTypes.map(
  (dtype): CallGroup => ({
    kernel: "gatherRows",
    op: "",
    dtype,
    signedZeros: isFloat(dtype),
    *calls() {
      for (const [rows, width, count] of sizes) {
        for (const [words, gap, outside] of [
          ["", 0, false],
          ["rows apart ", 3, false],
          ["indices outside ", 0, true],
        ] as const) {
          const call: KernelCall = {
            kernel: "gatherRows",
            attributes: {},
            out: outputView(dtype, [count, width]),
            inputs: [
              tableOf(dtype, rows, width, gap),
              inputView("int32", "offset", [count], rowNumbers(rows, outside)),
            ],
          };
          yield [`${words}${count} of [${rows}, ${width}]`, call];
        }
      }
      yield [
        "corners",
        {
          kernel: "gatherRows",
          attributes: {},
          out: outputView(dtype, [9, 7]),
          inputs: [
            inputView(dtype, "contiguous", [5, 7], cornerElements(dtype)),
            inputView("int32", "contiguous", [9], rowNumbers(5, false)),
          ],
        },
      ];
    },
    allowed: () => () => exactly,
  }),
);

const scatterGroups: CallGroup[] = (["float32", "float64", "int32"] as const).map(
  (dtype): CallGroup => ({
    kernel: "scatterAddRows",
    op: "",
    dtype,
    signedZeros: false,
    *calls() {
      const range = dtype === "int32" ? ([-(2 ** 31), 2 ** 31] as const) : ([-2, 2] as const);
      for (const [rows, width, count] of sizes) {
        for (const outside of [false, true]) {
          const call: KernelCall = {
            kernel: "scatterAddRows",
            attributes: {},
            out: outputView(dtype, [rows, width], randomElements(dtype, 42, range)),
            inputs: [
              inputView("int32", "offset", [count], rowNumbers(rows, outside)),
              inputView(dtype, "offset", [count, width], randomElements(dtype, 43, range)),
            ],
          };
          yield [`${outside ? "indices outside " : ""}${count} into [${rows}, ${width}]`, call];
        }
      }
    },
    allowed(call) {
      if (!isFloat(dtype)) return () => exactly;
      const [indices, x] = call.inputs;
      const [, width] = call.out.shape;
      const [numbers, added, before] = [indices, x, call.out].map((view) => {
        const places = placesOf(view);
        return Array.from(places, (place) => view.content[place]);
      });
      return (place) => {
        const [row, column] = [Math.floor(place / width), place % width];
        let [magnitude, count] = [Math.abs(before[place]), 1];
        for (const [i, number] of numbers.entries()) {
          if (number !== row) continue;
          magnitude += Math.abs(added[i * width + column]);
          count++;
        }
        return sumBound(dtype, count, magnitude);
      };
    },
  }),
);

/** Kernels that pick rows by their numbers. */
export const rowGroups: readonly CallGroup[] = [...gatherGroups, ...scatterGroups];
