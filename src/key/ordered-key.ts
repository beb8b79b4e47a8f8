/**
 * Keys of a schema: bytes whose order is the order of the values. In: a schema. Out: `encode`, `decode`, `compare` and the ranges of keys
 * that a store is asked for. docs/KEYS.md has the bytes.
 */

import { describeValue } from "../bytes/describe-value.ts";
import { completePath, InvalidOptionError, prefixPath, SchemaMismatchError } from "../errors.ts";
import { comparerOf } from "../schema/compare.ts";
import { ascending } from "../schema/descending.ts";
import type { KeyHead, KeyRangeOptions } from "../schema/handles.ts";
import { nodeOf, type SchemaNode } from "../schema/node.ts";
import { isDescending } from "../schema/order.ts";
import { memberText } from "../schema/path.ts";
import type { Infer, Schema } from "../schema/types.ts";
import { prefixEnd, successor } from "./bytes-order.ts";
import { type Component, roomOf } from "./component.ts";
import { componentOf } from "./components.ts";
import type { KeyRange } from "./range.ts";
import { KeyReader } from "./reader.ts";
import { KeyWriter } from "./writer.ts";

/** How a key's end is written. */
export interface OrderedKeyOptions {
  /**
   * Text, bytes or a list at the end of the key gets an end of its own, too, so that no key is the start of another and more can follow.
   * Default: false, since a store knows where a key ends; the order is the same.
   */
  readonly terminated?: boolean | undefined;
}

/** Makes keys of the values of one schema, and values of keys. Made by {@link orderedKey}; holds no state between calls. */
export interface OrderedKey<Value> {
  /**
   * The key of `value`, in an array of its own.
   * @throws {SchemaMismatchError} `value` is not of the schema, or has text with a lone surrogate; `path` says where.
   */
  encode(value: Readonly<Value>): Uint8Array<ArrayBuffer>;
  /**
   * Writes the key of `value` to `target`, from byte `offset` on (default 0), without allocating where there is room for it; for text
   * that is not ASCII, or has U+0000, for 3 bytes a character.
   * @returns The number of bytes written. What lies behind them may have been overwritten.
   * @throws {SchemaMismatchError} as {@link encode} @throws {KeyCodingError} `BufferOverflow`: it has no room there. Either way what
   * lies behind `offset` may have been overwritten.
   */
  encodeInto(value: Readonly<Value>, target: Uint8Array, offset?: number): number;
  /**
   * The value of a key. What it gives has this key and no other: bytes that {@link encode} does not write are refused.
   * @param key As bytes, or as the ArrayBuffer that IndexedDB gives.
   * @throws {KeyCodingError} `key` is no key of the schema; `kind` and `byteOffset` say why and where. Retrying does not help.
   * @throws {LimitExceededError} A recursive value of more than 512 levels.
   */
  decode(key: Uint8Array | ArrayBuffer): Value;
  /** Bytes of the key of `value`, exactly: what {@link encode} costs, without the array. @throws {SchemaMismatchError} as there */
  size(value: Readonly<Value>): number;
  /** Compares two values as their keys compare: negative, 0 or positive. Neither is checked, and nothing is encoded. */
  compare(a: Readonly<Value>, b: Readonly<Value>): number;
  /**
   * The keys between two bounds: `key.range({ gte: [7], lt: [8] })`. A bound may be the first parts of a key, and stands for all keys that
   * have them: `key.range({ gte: [7], lte: [7] })` are the keys with this first part. "Greater" is "later in the order of keys", so a
   * part that is `descending` goes down.
   * @throws {SchemaMismatchError} A bound is neither a value of the schema nor its first parts.
   * @throws {InvalidOptionError} Both `gt` and `gte`, or both `lt` and `lte`.
   */
  range(bounds: KeyRangeOptions<KeyHead<Value>>): KeyRange;
  /**
   * The keys that begin so: text or bytes with this beginning; tuples and structs with these first parts, of which the last, where it is
   * text or bytes, may be the beginning of one: `key.prefix([7, "ab"])`. The prefix of a sorted map means the same.
   * @throws {SchemaMismatchError} as {@link range}
   */
  prefix(head: KeyHead<Value>): KeyRange;
  /** The first bytes behind the key of `value`: no key lies between. @throws {SchemaMismatchError} as {@link encode} */
  successor(value: Readonly<Value>): Uint8Array<ArrayBuffer>;
}

/**
 * A maker of keys for values of `schema`: `orderedKey(tuple([u32, str, descending(i64)]))`. For all values,
 * `sign(compare(a, b)) === sign(compareBytes(encode(a), encode(b)))`. Costs a walk over the schema; make it once.
 *
 * Parts are numbers, booleans, characters, text, bytes, and tuples, structs, options, variants, vecs and arrays of them.
 * @throws {SchemaMismatchError} A part has no order: a map, a set, a typed array or a chunk.
 */
export function orderedKey<S extends Schema>(schema: S, options: OrderedKeyOptions = {}): OrderedKey<Infer<S>> {
  const node = nodeOf(schema, "orderedKey() needs a schema");
  return new KeyCodec(node, options.terminated !== true) as OrderedKey<Infer<S>>;
}

/** Kept from call to call. A getter of a value that encodes in turn gets one of its own. */
let idleWriter: KeyWriter | undefined;

/** Reading runs no code of others. */
const reader = new KeyReader();

const EMPTY = new Uint8Array(0);
const NOTHING: KeyRange = Object.freeze({ lower: EMPTY, upper: EMPTY });

class KeyCodec implements OrderedKey<never> {
  readonly compare: (a: never, b: never) => number;
  private readonly component: Component;
  /** Of a tuple or a struct, which heads have some of; else the key itself, which is all there is. */
  private readonly parts: readonly Component[];
  private readonly names: readonly string[] | undefined;
  private readonly isTuple: boolean;
  /** Whether all of the key is inverted. */
  private readonly isInverted: boolean;

  constructor(node: SchemaNode, isLast: boolean) {
    this.component = componentOf(node, isLast);
    this.compare = comparerOf(node);
    this.isInverted = isDescending(node);
    const root = ascending(node);
    this.isTuple = root.kind === "tuple";
    this.names = root.kind === "struct" ? Object.keys(root.fields) : undefined;
    const schemas =
      root.kind === "tuple" ? root.items : root.kind === "struct" ? Object.values(root.fields) : undefined;
    this.parts = schemas?.map((each, i) =>
      componentOf(each, isLast && !this.isInverted && i === schemas.length - 1),
    ) ?? [this.component];
  }

  encode(value: never): Uint8Array<ArrayBuffer> {
    const { component } = this;
    const target = new Uint8Array(roomOf(component, value));
    const writer = begin(target, 0);
    try {
      component.write(writer, value);
      return writer.finish(target);
    } catch (error) {
      throw complete(error);
    } finally {
      end(writer);
    }
  }

  encodeInto(value: never, target: Uint8Array, offset = 0): number {
    const writer = begin(target, offset);
    try {
      this.component.write(writer, value);
      return writer.finishInto(target);
    } catch (error) {
      throw complete(error);
    } finally {
      end(writer);
    }
  }

  decode(key: Uint8Array | ArrayBuffer): never {
    reader.reset(key instanceof Uint8Array ? key : new Uint8Array(key));
    const value = this.component.read(reader);
    reader.requireEnd();
    return value as never;
  }

  size(value: never): number {
    const writer = begin(undefined, 0);
    try {
      this.component.write(writer, value);
      return writer.position;
    } catch (error) {
      throw complete(error);
    } finally {
      end(writer);
    }
  }

  range({ gt, gte, lt, lte }: KeyRangeOptions<unknown>): KeyRange {
    requireOne("gt", gt, "gte", gte);
    requireOne("lt", lt, "lte", lte);
    let lower: Uint8Array<ArrayBuffer> | undefined = EMPTY;
    let upper: Uint8Array<ArrayBuffer> | undefined;
    if (gte !== undefined) lower = this.bound(gte, false);
    if (gt !== undefined) lower = this.bound(gt, true);
    if (lt !== undefined) upper = this.bound(lt, false);
    if (lte !== undefined) upper = this.bound(lte, true);
    // Nothing comes behind the last bytes there are.
    return lower === undefined ? NOTHING : { lower, upper };
  }

  prefix(head: never): KeyRange {
    const count = this.count(head);
    if (count === this.parts.length && this.parts[count - 1]?.writeOpen === undefined) {
      return { lower: this.encode(head), upper: this.successor(head) };
    }
    const lower = this.start(head, count, true);
    return { lower, upper: prefixEnd(lower) };
  }

  successor(value: never): Uint8Array<ArrayBuffer> {
    return successor(this.encode(value));
  }

  /** The first bytes of all keys that begin with these parts, or the first ones behind them; undefined where there are none. */
  private bound(given: unknown, isBehind: boolean): Uint8Array<ArrayBuffer> | undefined {
    const count = this.count(given);
    if (count === this.parts.length) return isBehind ? this.successor(given as never) : this.encode(given as never);
    const start = this.start(given, count, false);
    return isBehind ? prefixEnd(start) : start;
  }

  /** How many of the parts are given, which have to be the first ones. */
  private count(given: unknown): number {
    const { names, parts } = this;
    if (this.isTuple) {
      if (Array.isArray(given) && given.length <= parts.length) return given.length;
      throw wrongParts(`an array of at most ${parts.length}`, given);
    }
    if (names === undefined) return 1;
    if (typeof given !== "object" || given === null) throw wrongParts("an object with the first fields", given);
    const isMissing = (name: string): boolean => (given as Readonly<Record<string, unknown>>)[name] === undefined;
    const count = names.findIndex(isMissing);
    if (count < 0) return parts.length;
    const stray = names.slice(count).find((name) => !isMissing(name));
    if (stray === undefined) return count;
    throw wrongParts(`no ${memberText(stray)} without ${memberText(names[count] as string)}`, given);
  }

  /** The bytes that keys with the first `count` parts begin with. `isOpen`: the last one, where it is text or bytes, has no end. */
  private start(given: unknown, count: number, isOpen: boolean): Uint8Array<ArrayBuffer> {
    const { parts, names, isTuple } = this;
    const isRow = isTuple || names !== undefined;
    const writer = begin(undefined, 0);
    let place = "";
    try {
      for (let i = 0; i < count; i++) {
        const { write, writeOpen } = parts[i] as Component;
        const name = names === undefined ? i : (names[i] as string);
        place = names === undefined ? `[${i}]` : memberText(names[i] as string);
        const value = isRow ? (given as Readonly<Record<string, unknown>>)[name] : given;
        ((isOpen && i === count - 1 && writeOpen) || write)(writer, value as never);
      }
      // A key without parts has inverted itself.
      if (this.isInverted && isRow) writer.invertFrom(0);
      return writer.finish(EMPTY);
    } catch (error) {
      throw complete(prefixPath(isRow ? place : "", error));
    } finally {
      end(writer);
    }
  }
}

/** A writer for a key at `offset` of `target`, or in an array of its own. */
function begin(target: Uint8Array | undefined, offset: number): KeyWriter {
  const writer = idleWriter ?? new KeyWriter();
  idleWriter = undefined;
  writer.reset(target, offset);
  return writer;
}

/** Keeps the writer, and nothing of the caller's. */
function end(writer: KeyWriter): void {
  writer.reset();
  idleWriter = writer;
}

function complete(error: unknown): unknown {
  return completePath("", prefixPath("", error));
}

function wrongParts(expected: string, given: unknown): SchemaMismatchError {
  const actual = describeValue(given);
  return new SchemaMismatchError(`Expected ${expected}, as the first parts of a key, found ${actual}.`, {
    expected,
    actual,
  });
}

function requireOne(first: string, a: unknown, second: string, b: unknown): void {
  if (a === undefined || b === undefined) return;
  throw new InvalidOptionError(`A range has ${first} or ${second}, and not both.`, { option: first });
}
