/**
 * The table of CRC-32C: polynomial 0x1EDC6F41, bits reversed.
 *
 * Source: RFC 3720, section 12.1; G. Castagnoli et al., "Optimization of Cyclic Redundancy-Check Codes with 24 and 32 Parity
 * Bits", 1993.
 */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0);
  return remainder;
});

/** The CRC-32C of bytes, from 0 to 2^32 - 1. */
export function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ table[(remainder ^ byte) & 255];
  return (remainder ^ 0xffffffff) >>> 0;
}
