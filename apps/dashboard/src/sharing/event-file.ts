import { crc32c } from "./crc32c.ts";

/** What an event of TensorBoard says. */
export type TensorBoardEvent =
  | { readonly fileVersion: string }
  /** What was written for this step and later ones is void. */
  | { readonly restartsAt: number }
  | { readonly step: number; readonly scalars: Readonly<Record<string, number>> }
  | { readonly step: number; readonly images: readonly TensorBoardImage[] };

/** A picture under a name. */
export interface TensorBoardImage {
  readonly tag: string;
  readonly width: number;
  readonly height: number;
  readonly png: Uint8Array;
}

/**
 * An event as a record of an event file: the length of the message and its check sum, the message and its check sum.
 *
 * Source: TensorFlow, `core/lib/io/record_writer.h` for the frame; `core/util/event.proto` and
 * `core/framework/summary.proto` for the messages, whose field numbers stand beside the fields here.
 *
 * @param wallTime seconds since 1970
 */
export function eventRecord(event: TensorBoardEvent, wallTime: number): Uint8Array {
  const message = eventMessage(event, wallTime);
  const record = new Uint8Array(16 + message.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(message, 12);
  view.setUint32(12 + message.length, maskedCrc(message), true);
  return record;
}

/** A check sum of data that holds check sums is better rotated and shifted, say the authors of the format. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function eventMessage(event: TensorBoardEvent, wallTime: number): Uint8Array {
  const time = double(1, wallTime);
  if ("fileVersion" in event) return joined(time, bytes(3, event.fileVersion));
  // SessionLog { status = 1: START = 1 }
  if ("restartsAt" in event) return joined(time, integer(2, event.restartsAt), bytes(7, integer(1, 1)));
  const values =
    "scalars" in event
      ? Object.entries(event.scalars).map(([tag, value]) => joined(bytes(1, tag), float(2, value)))
      : event.images.map(imageValue);
  const summary = joined(...values.map((value) => bytes(1, value)));
  return joined(time, integer(2, event.step), bytes(5, summary));
}

/** Summary.Value { tag = 1, image = 4: { height = 1, width = 2, colorspace = 3, encoded_image_string = 4 } } */
function imageValue({ tag, width, height, png }: TensorBoardImage): Uint8Array {
  const rgba = 4;
  return joined(
    bytes(1, tag),
    bytes(4, joined(integer(1, height), integer(2, width), integer(3, rgba), bytes(4, png))),
  );
}

/** Protocol buffers' wire types. */
const wire = { varint: 0, eightBytes: 1, lengthDelimited: 2, fourBytes: 5 } as const;

function integer(field: number, value: number): Uint8Array {
  return joined(varint(8 * field + wire.varint), varint(value));
}

function double(field: number, value: number): Uint8Array {
  const content = new Uint8Array(8);
  new DataView(content.buffer).setFloat64(0, value, true);
  return joined(varint(8 * field + wire.eightBytes), content);
}

function float(field: number, value: number): Uint8Array {
  const content = new Uint8Array(4);
  new DataView(content.buffer).setFloat32(0, value, true);
  return joined(varint(8 * field + wire.fourBytes), content);
}

function bytes(field: number, value: string | Uint8Array): Uint8Array {
  const content = typeof value === "string" ? Buffer.from(value) : value;
  return joined(varint(8 * field + wire.lengthDelimited), varint(content.length), content);
}

/** Seven bits a byte, the lowest first; of whole numbers from 0 to 2^53. */
function varint(value: number): Uint8Array {
  const parts: number[] = [];
  let left = value;
  while (left >= 128) {
    parts.push((left % 128) + 128);
    left = Math.floor(left / 128);
  }
  return Uint8Array.of(...parts, left);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
