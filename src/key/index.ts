/**
 * parcode-web/key: keys whose bytes are in the order of their values, for IndexedDB and other stores of bytes. In: a schema and a value.
 * Out: bytes; and back. Usable alone: nothing of the rest of the library is loaded.
 */

export {
  type ErrorDetails,
  InvalidOptionError,
  isParcodeError,
  KeyCodingError,
  type KeyErrorKind,
  LimitExceededError,
  ParcodeError,
  SchemaMismatchError,
  StorageUnavailableError,
} from "../errors.ts";
export { array, map, option, recursive, set, tuple, typed, variant, vec } from "../schema/composites.ts";
export { descending } from "../schema/descending.ts";
export type { KeyHead, KeyRangeOptions } from "../schema/handles.ts";
export {
  bool,
  bytes,
  char,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  i128,
  int,
  str,
  u8,
  u16,
  u32,
  u64,
  u128,
  uint,
  unit,
} from "../schema/primitives.ts";
export { struct } from "../schema/struct.ts";
export type { Infer, Schema, SchemaOf } from "../schema/types.ts";
export { compareBytes, prefixEnd, successor } from "./bytes-order.ts";
/** The encoding of the Rust crate ordcode, byte for byte. */
export * as ordcode from "./ordcode/index.ts";
export { type OrderedKey, type OrderedKeyOptions, orderedKey } from "./ordered-key.ts";
export { type KeyRange, toIDBKeyRange } from "./range.ts";
