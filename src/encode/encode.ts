/**
 * Step 2, entry: the encoder of a schema. In: a schema and values. Out: payload bytes in a writer, or
 * {@link SchemaMismatchError}, whose path the caller finds with `measure` of schema/check.ts.
 */

import { canGenerate } from "../schema/generate.ts";
import type { SchemaNode, StructNode } from "../schema/node.ts";
import { type Encode, encodeClosure, encodeShallowClosure } from "./closures.ts";
import { generateEncoder, generateShallowEncoder } from "./generate.ts";

interface Cache {
  readonly full: WeakMap<SchemaNode, Encode>;
  readonly shallow: WeakMap<SchemaNode, Encode>;
}

const generated: Cache = { full: new WeakMap(), shallow: new WeakMap() };
const interpreted: Cache = { full: new WeakMap(), shallow: new WeakMap() };

/** Encoder of whole values of `schema`: every field inline, placements ignored. */
export function encoderOf(schema: SchemaNode): Encode {
  const generates = canGenerate();
  const cache = (generates ? generated : interpreted).full;
  let encode = cache.get(schema);
  if (encode === undefined) {
    encode = generates ? generateEncoder(schema) : encodeClosure(schema);
    cache.set(schema, encode);
  }
  return encode;
}

/** Encoder of the inline fields of a struct in a chunk, shard or bucket. */
export function shallowEncoderOf(node: StructNode): Encode {
  const generates = canGenerate();
  const cache = (generates ? generated : interpreted).shallow;
  let encode = cache.get(node);
  if (encode === undefined) {
    encode = generates ? generateShallowEncoder(node) : encodeShallowClosure(node);
    cache.set(node, encode);
  }
  return encode;
}
