/**
 * Keys of hash maps: the bytes that Rust's `Hash` feeds a hasher on a 64-bit little-endian machine. A key's bucket is
 * XXH64 of these bytes, modulo the number of buckets. For one type the bytes are unambiguous, so they also say whether
 * two keys are equal.
 *
 * @see https://doc.rust-lang.org/std/hash/trait.Hash.html
 */

import { requireChar } from "../bytes/char.ts";
import { FixedWriter } from "../bytes/fixed-writer.ts";
import { mismatch } from "../bytes/mismatch.ts";
import { ILL_FORMED, utf8Length } from "../bytes/utf8-write.ts";
import { highHalf, lowHalf, splitBig } from "../bytes/varint-write.ts";
import { unhashable } from "./hashable.ts";
import { resolve, type SchemaNode } from "./node.ts";

type Feed = (writer: FixedWriter, key: never) => void;

/** Rust ends a str with a byte that no UTF-8 text contains. */
export const STR_END = 0xff;

const PRIMITIVES: { readonly [kind: string]: Feed } = {
  u8: (w, key: number) => w.byte(integer(key, 0, 0xff)),
  i8: (w, key: number) => w.byte(integer(key, -0x80, 0x7f) & 0xff),
  bool: (w, key: boolean) => {
    if (typeof key !== "boolean") throw mismatch("a boolean", key);
    w.byte(key ? 1 : 0);
  },
  unit: (_, key: null) => {
    if (key !== null) throw mismatch("null", key);
  },
  u16: (w, key: number) => w.fixedU16(integer(key, 0, 0xffff)),
  i16: (w, key: number) => w.fixedU16(integer(key, -0x8000, 0x7fff) & 0xffff),
  u32: (w, key: number) => w.fixedU32(integer(key, 0, 0xffffffff)),
  i32: (w, key: number) => w.fixedU32(integer(key, -0x80000000, 0x7fffffff) >>> 0),
  uint: (w, key: number) => writeU64(w, BigInt(integer(key, 0, Number.MAX_SAFE_INTEGER))),
  int: (w, key: number) => writeU64(w, BigInt(integer(key, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER))),
  u64: (w, key: bigint) => writeU64(w, big(key, 0n, 2n ** 64n - 1n)),
  i64: (w, key: bigint) => writeU64(w, big(key, -(2n ** 63n), 2n ** 63n - 1n)),
  u128: (w, key: bigint) => writeU128(w, big(key, 0n, 2n ** 128n - 1n)),
  i128: (w, key: bigint) => writeU128(w, big(key, -(2n ** 127n), 2n ** 127n - 1n)),
  char: (w, key: string) => w.fixedU32(requireChar(key)),
  str: (w, key: string) => {
    if (typeof key !== "string") throw mismatch("a string", key);
    const byteLength = utf8Length(key);
    if (byteLength === ILL_FORMED) throw mismatch("a string without lone surrogates", key);
    w.text(key, byteLength);
    w.byte(STR_END);
  },
  bytes: (w, key: Uint8Array) => {
    if (!(key instanceof Uint8Array)) throw mismatch("a Uint8Array", key);
    w.fixedU64(key.length);
    w.raw(key);
  },
};

function integer(key: number, min: number, max: number): number {
  if (typeof key !== "number" || !Number.isInteger(key) || key < min || key > max) {
    throw mismatch(`an integer from ${min} to ${max}`, key);
  }
  return key;
}

function big(key: bigint, min: bigint, max: bigint): bigint {
  if (typeof key !== "bigint" || key < min || key > max) throw mismatch(`a bigint from ${min}n to ${max}n`, key);
  return key;
}

function writeU64(w: FixedWriter, value: bigint): void {
  splitBig(value);
  w.fixedHalves(lowHalf(), highHalf());
}

function writeU128(w: FixedWriter, value: bigint): void {
  writeU64(w, BigInt.asUintN(64, value));
  writeU64(w, BigInt.asUintN(64, value >> 64n));
}

const feeds = new WeakMap<SchemaNode, Feed>();

function feedOf(schema: SchemaNode): Feed {
  const known = feeds.get(schema);
  if (known !== undefined) return known;
  const feed = makeFeed(schema);
  feeds.set(schema, feed);
  return feed;
}

function makeFeed(node: SchemaNode): Feed {
  // Followed only when a key is fed: the schema meets itself again on the way.
  if (node.kind === "recursive") return (w, key) => feedOf(resolve(node))(w, key);
  const primitive = PRIMITIVES[node.kind];
  if (primitive !== undefined) return primitive;
  switch (node.kind) {
    case "tuple": {
      const parts = node.items.map(feedOf);
      return (w, key: readonly never[]) => {
        if (!Array.isArray(key) || key.length !== parts.length) throw mismatch(`an array of ${parts.length}`, key);
        for (let i = 0; i < parts.length; i++) (parts[i] as Feed)(w, key[i] as never);
      };
    }
    case "struct": {
      const parts = Object.entries(node.fields).map(([name, field]) => [name, feedOf(field)] as const);
      return (w, key: Record<string, never>) => {
        if (typeof key !== "object" || key === null) throw mismatch("an object", key);
        for (const [name, feed] of parts) feed(w, key[name] as never);
      };
    }
    case "vec":
    case "array":
      return feedSequence(feedOf(node.item), node.kind === "array" ? node.length : undefined);
    case "option": {
      const item = feedOf(node.item);
      return (w, key: never) => {
        w.fixedU64(key === null ? 0 : 1);
        if (key !== null) item(w, key);
      };
    }
    case "variant":
      return feedVariant(node.variants);
    default:
      throw unhashable(node.kind);
  }
}

function feedSequence(item: Feed, length: number | undefined): Feed {
  return (w, key: readonly never[]) => {
    if (!Array.isArray(key) || (length !== undefined && key.length !== length)) {
      throw mismatch(length === undefined ? "an array" : `an array of ${length}`, key);
    }
    w.fixedU64(key.length);
    for (const part of key) item(w, part as never);
  };
}

function feedVariant(variants: Readonly<Record<string, SchemaNode>>): Feed {
  const names = Object.keys(variants);
  const parts = Object.values(variants).map((part) => (part.kind === "unit" ? undefined : feedOf(part)));
  return (w, key: { type: string; value: never }) => {
    const index = names.indexOf(key?.type);
    if (index < 0) throw mismatch(`one of the variants ${names.join(", ")}`, key?.type);
    w.fixedU64(index);
    parts[index]?.(w, key.value);
  };
}

/** Keys are short; their writer is reused, and never kept by a caller. */
const scratch = /* @__PURE__ */ new FixedWriter();

/**
 * The bytes that stand for `key`; valid until the next call.
 * @throws {SchemaMismatchError} `key` is not of the schema.
 */
export function keyBytes(schema: SchemaNode, key: unknown): Uint8Array {
  scratch.reset();
  feedOf(schema)(scratch, key as never);
  return scratch.peek();
}

/** A test of keys of `schema` against `wanted`, cheap for the primitive ones. */
export function keyMatcher(schema: SchemaNode, wanted: unknown): (key: unknown) => boolean {
  const { kind } = resolve(schema);
  if (kind in PRIMITIVES && kind !== "bytes") return (key) => key === wanted;
  const bytes = keyBytes(schema, wanted).slice();
  return (key) => sameBytes(keyBytes(schema, key), bytes);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
