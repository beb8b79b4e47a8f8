/**
 * Step 4 of the way: which bucket of a hash map a key belongs to. In: a key. Out: the hash of the bytes that stand for it, as
 * two u32. Short texts go to the kernel as they are, without becoming bytes here.
 */

import { type Kernels, kernels } from "../../wasm/kernels.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import { keyBytes, STR_END } from "../schema/key.ts";
import type { SchemaNode } from "../schema/node.ts";
import { createXxh64, withoutKernels } from "./xxh64.ts";

/** Writes the hash of `key` to `out`: [0] its lower, [1] its upper 32 bits. @throws {SchemaMismatchError} It is not of the schema. */
export type HashKey = (schema: SchemaNode, key: unknown, out: Uint32Array) => void;

/** {@link hashKey} on the given kernels. */
export function createHashKey(hasher: Pick<Kernels, "hash" | "hashText">): HashKey {
  const xxh64 = createXxh64(hasher);
  return (schema, key, out) => {
    if (schema.kind === "str" && typeof key === "string" && hasher.hashText(key, STR_END, out)) return;
    const bytes = keyBytes(schema, key);
    xxh64(bytes, 0, bytes.length, out);
  };
}

/** Writes the hash of `key` to `out`: [0] its lower, [1] its upper 32 bits. @throws {SchemaMismatchError} It is not of the schema. */
export const hashKey: HashKey = /* @__PURE__ */ createHashKey(kernels);

/** Longest encoding of a text with a length of one byte in front. */
const SHORT_TEXT_BYTES = 251;

/**
 * As {@link hashKey}, for a key that has just been encoded: it is the last `byteLength` bytes of `writer`. Those of a text are
 * hashed as they stand there.
 */
export function hashWrittenKey(
  schema: SchemaNode,
  key: unknown,
  writer: ByteWriter,
  byteLength: number,
  out: Uint32Array,
): void {
  if (schema.kind !== "str" || byteLength > SHORT_TEXT_BYTES) return hashKey(schema, key, out);
  // What is written next goes over this byte.
  const bytes = writer.room(writer.position, 1);
  const end = writer.position;
  bytes[end] = STR_END;
  const start = end - byteLength + 1;
  if (!kernels.hashShort(bytes, start, end + 1, out)) withoutKernels(bytes, start, end + 1, out);
}
