/** Whether typed arrays have the byte order of WebAssembly's memory. Said once more in src/bytes/varint.ts, which bundlers then leave to what decodes. */
export const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
