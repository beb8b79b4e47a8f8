/**
 * Keys of a schema: bytes whose order is the order of the values. In: a schema. Out: `encode`, `decode`, `compare` and the ranges of keys
 * that a store is asked for. docs/KEYS.md has the bytes.
 */

import { completePath, InvalidOptionError, prefixPath, SchemaMismatchError } from "../errors.ts";
import { comparerOf } from "../schema/compare.ts";
import type { KeyHead, KeyRangeOptions } from "../schema/handles.ts";
import { nodeOf, type SchemaNode } from "../schema/node.ts";
import { ascending, isDescending } from "../schema/order.ts";
import { memberText } from "../schema/path.ts";
import type { Infer, Schema } from "../schema/types.ts";
import { prefixEnd, successor } from "./bytes-order.ts";
import { componentOf } from "./components.ts";
import type { Component } from "./primitives.ts";
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
   * Writes the key of `value` to `target`, from byte `offset` on (default 0), without allocating where there is room for 3 bytes a
   * character, or 2 for each byte.
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
  /** Bytes of the key of `value`, exactly, without making it. Numbers are not looked at; text is, since its length is in UTF-8. */
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
  return new KeyCodec(nodeOf(schema, "orderedKey() needs a schema"), options.terminated !== true) as OrderedKey<
    Infer<S>
  >;
}

/** Kept from call to call. A getter of a value that encodes in turn gets one of its own. */
let idleWriter: KeyWriter | undefined;

/** Reading runs no code of others. */
const reader = new KeyReader();

/** A named part of a key that has parts. */
interface Part {
  /** Its name in a struct, its index in a tuple. */
  readonly name: string;
  readonly place: string;
  readonly component: Component;
}

class KeyCodec implements OrderedKey<never> {
  readonly compare: (a: never, b: never) => number;
  private readonly component: Component;
  /** Of a tuple or a struct. */
  private readonly parts: readonly Part[] | undefined;
  private readonly isTuple: boolean;
  /** Whether all of the key is inverted. */
  private readonly isInverted: boolean;

  constructor(node: SchemaNode, isLast: boolean) {
    this.component = componentOf(node, isLast);
    this.compare = comparerOf(node);
    this.isInverted = isDescending(node);
    const root = this.isInverted ? ascending(node) : node;
    const isLastInside = isLast && !this.isInverted;
    this.isTuple = root.kind === "tuple";
    this.parts = partsOf(root, isLastInside);
  }

  encode(value: never): Uint8Array<ArrayBuffer> {
    return write(value, this.component.write);
  }

  encodeInto(value: never, target: Uint8Array, offset = 0): number {
    const writer = takeWriter();
    writer.resetInto(target, offset);
    try {
      this.component.write(writer, value);
      return writer.finishInto(target);
    } catch (error) {
      throw completePath("", prefixPath("", error));
    } finally {
      writer.reset();
      idleWriter = writer;
    }
  }

  decode(key: Uint8Array | ArrayBuffer): never {
    reader.reset(key instanceof Uint8Array ? key : new Uint8Array(key));
    const value = this.component.read(reader);
    reader.requireEnd();
    return value as never;
  }

  size(value: never): number {
    return this.component.size(value);
  }

  range(bounds: KeyRangeOptions<unknown>): KeyRange {
    const { gt, gte, lt, lte } = bounds;
    requireOne("gt", gt, "gte", gte);
    requireOne("lt", lt, "lte", lte);
    let lower: Uint8Array<ArrayBuffer> | undefined = EMPTY;
    let upper: Uint8Array<ArrayBuffer> | undefined;
    if (gte !== undefined) lower = this.startOf(gte);
    if (gt !== undefined) lower = this.endOf(gt);
    if (lt !== undefined) upper = this.startOf(lt);
    if (lte !== undefined) upper = this.endOf(lte);
    // Nothing comes behind the last bytes there are.
    return lower === undefined ? NOTHING : { lower, upper };
  }

  prefix(head: never): KeyRange {
    if (this.isWhole(head) && this.lastOf(head)?.writeOpen === undefined) {
      return { lower: this.encode(head), upper: this.successor(head) };
    }
    const lower = this.encodeParts(head, true);
    return { lower, upper: prefixEnd(lower) };
  }

  successor(value: never): Uint8Array<ArrayBuffer> {
    return successor(this.encode(value));
  }

  /** The first bytes of all keys that begin with these parts. */
  private startOf(parts: unknown): Uint8Array<ArrayBuffer> {
    return this.isWhole(parts) ? this.encode(parts as never) : this.encodeParts(parts, false);
  }

  /** The first bytes behind all keys that begin with these parts; undefined where there are none. */
  private endOf(parts: unknown): Uint8Array<ArrayBuffer> | undefined {
    return this.isWhole(parts) ? this.successor(parts as never) : prefixEnd(this.encodeParts(parts, false));
  }

  /** The last of the parts that are given. */
  private lastOf(given: unknown): Component | undefined {
    return this.parts === undefined ? this.component : this.parts[this.countParts(given) - 1]?.component;
  }

  private isWhole(parts: unknown): boolean {
    return this.parts === undefined || this.countParts(parts) === this.parts.length;
  }

  /** How many of the parts are given, which have to be the first ones. */
  private countParts(given: unknown): number {
    const parts = this.parts as readonly Part[];
    if (this.isTuple) {
      if (Array.isArray(given) && given.length <= parts.length) return given.length;
      throw wrongParts(`an array of at most ${parts.length}`, given);
    }
    if (typeof given !== "object" || given === null) throw wrongParts("an object with the first fields", given);
    const values = given as Record<string, unknown>;
    const count = parts.findIndex(({ name }) => values[name] === undefined);
    if (count < 0) return parts.length;
    const stray = parts.slice(count).find(({ name }) => values[name] !== undefined);
    if (stray === undefined) return count;
    throw wrongParts(`no ${stray.place} without ${(parts[count] as Part).place}`, given);
  }

  /** The bytes that keys with these parts begin with. `isOpen`: the last one, where it is text or bytes, has no end. */
  private encodeParts(given: unknown, isOpen: boolean): Uint8Array<ArrayBuffer> {
    const { parts, isInverted } = this;
    if (parts === undefined) return write(given as never, openOf(this.component));
    const count = this.countParts(given);
    const values = given as Readonly<Record<string, never>>;
    const writeParts = (writer: KeyWriter): void => {
      for (let i = 0; i < count; i++) {
        const { name, place, component } = parts[i] as Part;
        try {
          const writeOne = isOpen && i === count - 1 ? openOf(component) : component.write;
          writeOne(writer, values[name] as never);
        } catch (error) {
          throw prefixPath(place, error);
        }
      }
      if (isInverted) writer.invertFrom(0);
    };
    return write(given as never, writeParts);
  }
}

const EMPTY = new Uint8Array(0);
const NOTHING: KeyRange = Object.freeze({ lower: EMPTY, upper: EMPTY });

function takeWriter(): KeyWriter {
  const writer = idleWriter ?? new KeyWriter();
  idleWriter = undefined;
  return writer;
}

/** What `component` writes, in an array of its own. */
function write(value: never, component: Component["write"]): Uint8Array<ArrayBuffer> {
  const writer = takeWriter();
  writer.reset();
  try {
    component(writer, value);
    return writer.copy();
  } catch (error) {
    throw completePath("", prefixPath("", error));
  } finally {
    idleWriter = writer;
  }
}

/** A recursive schema is a part of itself, and has none of its own here. */
function partsOf(root: SchemaNode, isLast: boolean): readonly Part[] | undefined {
  const isEnd = (i: number, count: number): boolean => isLast && i === count - 1;
  if (root.kind === "tuple") {
    const { items } = root;
    return items.map((item, i) => ({
      name: String(i),
      place: `[${i}]`,
      component: componentOf(item, isEnd(i, items.length)),
    }));
  }
  if (root.kind !== "struct") return undefined;
  const fields = Object.entries(root.fields);
  return fields.map(([name, field], i) => ({
    name,
    place: memberText(name),
    component: componentOf(field, isEnd(i, fields.length)),
  }));
}

function openOf({ write: writeWhole, writeOpen }: Component): Component["write"] {
  return writeOpen ?? writeWhole;
}

function wrongParts(expected: string, given: unknown): SchemaMismatchError {
  const actual = Array.isArray(given) ? `an array of ${given.length}` : typeof given;
  return new SchemaMismatchError(`Expected ${expected}, as the first parts of a key, found ${actual}.`, {
    expected,
    actual,
  });
}

function requireOne(first: string, a: unknown, second: string, b: unknown): void {
  if (a === undefined || b === undefined) return;
  throw new InvalidOptionError(`A range has ${first} or ${second}, and not both.`, { option: first });
}
