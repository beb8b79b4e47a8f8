/**
 * CRC-32 (IEEE 802.3, reflected, as in zip and PNG): guards the few bytes that name everything else, the footer, trailer
 * and head. Chunks are guarded by XXH64 or BLAKE3.
 */

/** x^32 + x^26 + … + 1, with its bits reversed. */
const POLYNOMIAL = 0xedb88320;

let table: Uint32Array | undefined;

/** The CRC-32 of `bytes[start, end)`, from 0 to 2^32 - 1. CPU: some 2 ns a byte. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
  table ??= makeTable();
  let crc = 0xffffffff;
  for (let i = start; i < end; i++) {
    crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}

function makeTable(): Uint32Array {
  const made = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
    made[byte] = crc;
  }
  return made;
}
