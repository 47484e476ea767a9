/**
 * Samples out of CSV files and PNG images, in any JavaScript engine. Folders of images are the entry
 * `@gradwerk/data/node`.
 *
 * @packageDocumentation
 */
export type { GreyImage, ImageSet, LabelledSamples } from "@gradwerk/mnist";
export { type CsvOptions, parseCsv, readCsv, type TextChunks, type ValueTypes } from "./csv/csv.ts";
export { DataError, type DataErrorCode, type DataErrorDetails } from "./errors.ts";
export { type PngOptions, parseGreyPng } from "./png/png.ts";
