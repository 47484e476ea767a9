import protobuf from "protobufjs";

// The parts that are written, as TensorFlow's event.proto and summary.proto declare them.
const { root } = protobuf.parse(`
syntax = "proto3";
message Event {
  double wall_time = 1;
  int64 step = 2;
  oneof what {
    string file_version = 3;
    Summary summary = 5;
    SessionLog session_log = 7;
  }
}
message SessionLog {
  enum SessionStatus { STATUS_UNSPECIFIED = 0; START = 1; STOP = 2; CHECKPOINT = 3; }
  SessionStatus status = 1;
}
message Summary {
  message Image {
    int32 height = 1;
    int32 width = 2;
    int32 colorspace = 3;
    bytes encoded_image_string = 4;
  }
  message Value {
    string tag = 1;
    oneof value {
      float simple_value = 2;
      Image image = 4;
    }
  }
  repeated Value value = 1;
}`);
const Event = root.lookupType("Event");

/** CRC-32C bit by bit, from its definition: the remainder of a division of polynomials, bits reversed. */
export function slowCrc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffffn;
  for (const byte of bytes) {
    remainder ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder & 1n ? (remainder >> 1n) ^ 0x82f63b78n : remainder >> 1n;
  }
  return Number(remainder ^ 0xffffffffn);
}

function masked(bytes: Uint8Array): number {
  const crc = BigInt(slowCrc32c(bytes));
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
}

export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly fileVersion?: string;
  readonly sessionLog?: { readonly status: string };
  readonly summary?: {
    readonly value: readonly {
      readonly tag: string;
      readonly simpleValue?: number;
      readonly image?: { width: number; height: number; colorspace: number; encodedImageString: Buffer };
    }[];
  };
}

/** The events of a file, every check sum checked. A part of a record at the end is left out. */
export function readEvents(file: Uint8Array): ReadEvent[] {
  const events: ReadEvent[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at + 12 <= file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    if (at + 16 + length > file.length) break;
    const [head, message] = [file.subarray(at, at + 8), file.subarray(at + 12, at + 12 + length)];
    if (view.getUint32(at + 8, true) !== masked(head))
      throw new Error(`the check sum of the length at ${at} is wrong`);
    if (view.getUint32(at + 12 + length, true) !== masked(message))
      throw new Error(`the check sum at ${at} is wrong`);
    events.push(Event.toObject(Event.decode(message), { longs: Number, enums: String }) as ReadEvent);
    at += 16 + length;
  }
  return events;
}
