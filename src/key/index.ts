/**
 * parcode-web/key: keys whose bytes are in the order of their values, for IndexedDB and other stores of bytes. In: a schema and a value.
 * Out: bytes; and back. Usable alone: nothing of the rest of the library is loaded.
 */

export { compareBytes, prefixEnd, successor } from "./bytes-order.ts";
/** The encoding of the Rust crate ordcode, byte for byte. */
export * as ordcode from "./ordcode/index.ts";
