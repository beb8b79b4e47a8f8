/** Step 8: the entries of a bucket, in a loop of their own. In a module of its own, since only maps have them. */

import type { ByteReader } from "../bytes/reader.ts";
import type { Bucket } from "../format/bucket.ts";
import { canGenerate } from "../schema/generate.ts";
import { type HashMapNode, type MapNode, resolve, type SchemaNode, type StructNode } from "../schema/node.ts";
import { type Decode, decodeClosure, decodeShallowClosure } from "./closures.ts";
import { childNames, DecoderSource } from "./generate.ts";

/** How far a loop over entries came: the one that it was at when it ended. */
export interface EntryState {
  entry: number;
}

/**
 * Reads the entries of a bucket, from the one of `state` on, into a map.
 * @returns False: up to the one of `state`, they have more bytes than there are, so they overlap.
 */
export type DecodeEntries = (
  reader: ByteReader,
  bucket: Bucket,
  entries: Map<unknown, unknown>,
  state: EntryState,
) => boolean;

/** The loop over a bucket's entries. */
export function entriesClosure(key: Decode, value: Decode): DecodeEntries {
  return (r, bucket, entries, state) => {
    let left = r.bytes.length;
    for (; state.entry < bucket.count; state.entry++) {
      const start = bucket.entryStart(state.entry);
      r.position = start;
      const k = key(r);
      entries.set(k, value(r));
      left -= r.position - start;
      if (left < 0) return false;
    }
    return true;
  };
}

/** Compiles the loop over a bucket's entries; `isShallow` where the value's chunked fields are not inside. */
export function generateEntries(key: SchemaNode, value: SchemaNode, isShallow: boolean): DecodeEntries {
  const source = new DecoderSource();
  const { text } = source;
  const name = text.reserve();
  const left = isShallow && value.kind === "struct" ? childNames(value) : undefined;
  const read = left === undefined ? source.expression(value) : source.object(value as StructNode, left);
  text.define(
    name,
    "r, b, m, s",
    `let left = r.bytes.length;
      for (; s.entry < b.count; s.entry++) {
        const start = r.position = b.entryStart(s.entry);
        const k = ${source.expression(key)};
        m.set(k, ${read});
        left -= r.position - start;
        if (left < 0) return false;
      }
      return true;`,
  );
  return text.compile<DecodeEntries>(name);
}

type Cache = Readonly<Record<"full" | "shallow", WeakMap<HashMapNode | MapNode, DecodeEntries>>>;

const newCache = (): Cache => ({ full: new WeakMap(), shallow: new WeakMap() });
const generated = newCache();
const interpreted = newCache();

/** Loop over the entries of a bucket of `map`. `isShallow` where values' chunked fields are not inside. */
export function entriesDecoderOf(map: HashMapNode | MapNode, isShallow: boolean): DecodeEntries {
  const generates = canGenerate();
  const cache = (generates ? generated : interpreted)[isShallow ? "shallow" : "full"];
  let decoder = cache.get(map);
  if (decoder === undefined) {
    const value = resolve(map.value);
    if (generates) decoder = generateEntries(map.key, value, isShallow);
    else decoder = entriesClosure(decodeClosure(map.key), isShallow ? shallowClosure(value) : decodeClosure(value));
    cache.set(map, decoder);
  }
  return decoder;
}

function shallowClosure(value: SchemaNode): Decode {
  return value.kind === "struct" ? decodeShallowClosure(value) : decodeClosure(value);
}
