/** The reflected polynomial of CRC-32 (RFC 1952, section 8), one table entry per byte. */
const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

/**
 * CRC-32 as gzip uses it. Pass the sum of the bytes so far to go on with it.
 *
 * Source: RFC 1952, section 8.
 */
export function crc32(bytes: Uint8Array, sumSoFar = 0): number {
  let remainder = ~sumSoFar;
  for (let i = 0; i < bytes.length; i++) {
    remainder = (table[(remainder ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (remainder >>> 8);
  }
  return ~remainder >>> 0;
}
