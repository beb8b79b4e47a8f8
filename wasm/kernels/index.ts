/** What the module exports. */

export { decodeBlock } from "./lz4.ts";
export { KEY, KEY_BYTES, RESULT, SLACK, WORK } from "./memory.ts";
export { decodeI16, decodeI32, decodeI64, decodeInt, decodeU16, decodeU32, decodeU64, decodeUint } from "./varints.ts";
export { hashBytes, hashEnd, hashKey, hashStart, hashStripes } from "./xxh64.ts";
