/**
 * Values of a schema in ordcode, as a tree of closures made once per schema. In: a value and a two-ended writer. Out: its bytes, values
 * at the head and lengths where the parameters put them; the exact size beforehand; and back.
 */

import { MAX_INLINE_DEPTH } from "../../bytes/depth.ts";
import { readUtf8 } from "../../bytes/utf8.ts";
import { ILL_FORMED, utf8Length } from "../../bytes/utf8-write.ts";
import { mismatch, tooDeep } from "../../bytes/writer.ts";
import { LimitExceededError, prefixPath } from "../../errors/base.ts";
import { type MapNode, resolve, type SchemaNode, type VariantNode } from "../../schema/node.ts";
import { memberText } from "../../schema/path.ts";
import { typedArrayClass } from "../../schema/typed-array.ts";
import { structText, variantText } from "../../schema/value-text.ts";
import { keyFailure } from "../failure.ts";
import type { TwoEndedReader, TwoEndedWriter } from "./buffer.ts";
import { arrayCodec, listCodec, mapCodec } from "./collections.ts";
import type { SerializerParams } from "./params.ts";
import { type FixedKind, readPrimitive, WIDTHS, writePrimitive } from "./primitives.ts";
import { requireArray, requireBytes, requireNull, requireSet, type Sized } from "./require.ts";
import { writeText } from "./text.ts";

/** One call's state. The depth counts passes through `recursive`. */
export interface Pass {
  readonly params: SerializerParams;
  depth: number;
  emptyItems: number;
}

/** How values of one schema are measured, written and read. */
export interface Codec {
  size(value: never, pass: Pass): number;
  write(writer: TwoEndedWriter, value: never, pass: Pass): void;
  read(reader: TwoEndedReader, pass: Pass): unknown;
}

const codecs = new WeakMap<SchemaNode, Codec>();

/** The codec of a schema; placements are ignored, since nothing is a chunk here. */
export function codecOf(schema: SchemaNode): Codec {
  const known = codecs.get(schema);
  if (known !== undefined) return known;
  const codec = makeCodec(schema);
  codecs.set(schema, codec);
  return codec;
}

function makeCodec(node: SchemaNode): Codec {
  switch (node.kind) {
    case "recursive":
      return recursiveCodec(() => codecOf(resolve(node)));
    case "chunk":
      return codecOf(node.inner);
    case "unit":
      return { size: requireNull, write: (_, value) => void requireNull(value), read: () => null };
    case "str":
      return textCodec;
    case "bytes":
      return bytesCodec;
    case "option":
      return optionCodec(codecOf(node.item));
    case "tuple":
      return rowCodec(node.items.map(codecOf));
    case "array":
      return arrayCodec(codecOf(node.item), node.length);
    case "struct":
      return structCodec(Object.entries(node.fields));
    case "variant":
      return isOption(node) ? taggedOption(codecOf(node.variants.Some as SchemaNode), node) : variantCodec(node);
    case "vec":
      return listCodec(codecOf(node.item), requireArray, (items) => items);
    case "set":
      return listCodec(codecOf(node.item), requireSet, (items) => new Set(items));
    case "typed": {
      const ArrayClass = typedArrayClass(node.element);
      const require = (value: unknown): Sized => {
        if (value instanceof (ArrayClass as unknown as new () => object)) return value as unknown as Sized;
        throw mismatch(`a ${ArrayClass.name}`, value);
      };
      return listCodec(fixedCodec(node.element), require, (items) => toTyped(new ArrayClass(items.length), items));
    }
    case "map":
    case "hashMap":
    case "sortedMap":
      return mapCodec(codecOf((node as MapNode).key), codecOf((node as MapNode).value));
    default:
      return fixedCodec(node.kind);
  }
}

function fixedCodec(kind: FixedKind): Codec {
  const width = WIDTHS[kind];
  return {
    size: () => width,
    write: (writer, value, { params }) => writePrimitive(kind, writer, value, params),
    read: (reader, { params }) => readPrimitive(kind, reader, params),
  };
}

const textCodec: Codec = {
  size: (value: string, { params }) => {
    const byteLength = textLength(value);
    return params.lengthEncoder.size(byteLength) + byteLength;
  },
  write: (writer, value: string, { params }) => {
    params.lengthEncoder.write(writer, textLength(value));
    writeText(writer, value);
  },
  read: (reader, { params }) => {
    const byteLength = params.lengthEncoder.read(reader);
    const at = reader.readHead(byteLength);
    try {
      return readUtf8(reader.bytes, at, at + byteLength);
    } catch {
      throw keyFailure("InvalidUtf8Encoding", "text in UTF-8", "bytes that are not", at);
    }
  },
};

function textLength(value: unknown): number {
  if (typeof value !== "string") throw mismatch("a string", value);
  const byteLength = utf8Length(value);
  if (byteLength === ILL_FORMED) throw mismatch("a string without lone surrogates", value);
  return byteLength;
}

const bytesCodec: Codec = {
  size: (value: Uint8Array, { params }) => params.lengthEncoder.size(requireBytes(value).length) + value.length,
  write: (writer, value: Uint8Array, { params }) => {
    params.lengthEncoder.write(writer, requireBytes(value).length);
    writer.writeHead(value, 0, value.length);
  },
  read: (reader, { params }) => {
    const byteLength = params.lengthEncoder.read(reader);
    const at = reader.readHead(byteLength);
    return reader.bytes.slice(at, at + byteLength);
  },
};

const tag = Uint8Array.of(0, 1);

function writeTag(writer: TwoEndedWriter, isSome: boolean, { params }: Pass): void {
  if (params.order === "descending") return writePrimitive("bool", writer, isSome, params);
  writer.writeHead(tag, isSome ? 1 : 0, isSome ? 2 : 1);
}

function readTag(reader: TwoEndedReader, { params }: Pass): boolean {
  const found = readPrimitive("u8", reader, params) as number;
  if (found > 1) throw keyFailure("InvalidTagEncoding", "0 or 1 for an option's tag", String(found));
  return found === 1;
}

function optionCodec(item: Codec): Codec {
  return {
    size: (value, pass) => (value === null ? 1 : 1 + item.size(value, pass)),
    write: (writer, value, pass) => {
      writeTag(writer, value !== null, pass);
      if (value !== null) item.write(writer, value, pass);
    },
    read: (reader, pass) => (readTag(reader, pass) ? item.read(reader, pass) : null),
  };
}

interface Tagged {
  readonly type: string;
  readonly value?: unknown;
}

/**
 * `variant({ None: unit, Some: … })` is how an option of an option is written here, so it is Rust's Option and has its tag. In
 * bincode that is the same byte as an enum's number; here it is not.
 */
function isOption({ variants }: VariantNode): boolean {
  const names = Object.keys(variants);
  return names.length === 2 && names[0] === "None" && names[1] === "Some" && variants.None?.kind === "unit";
}

function taggedOption(item: Codec, node: VariantNode): Codec {
  const isUnit = node.variants.Some?.kind === "unit";
  const content = (value: Tagged): never => (isUnit ? null : value.value) as never;
  const isSome = (value: Tagged): boolean => requireVariant(value, ["None", "Some"]) === 1;
  return {
    size: (value: Tagged, pass) => (isSome(value) ? 1 + item.size(content(value), pass) : 1),
    write: (writer, value: Tagged, pass) => {
      const some = isSome(value);
      writeTag(writer, some, pass);
      if (some) item.write(writer, content(value), pass);
    },
    read: (reader, pass) => {
      if (!readTag(reader, pass)) return { type: "None" };
      const value = item.read(reader, pass);
      return isUnit ? { type: "Some" } : { type: "Some", value };
    },
  };
}

function variantCodec({ variants }: VariantNode): Codec {
  const names = Object.keys(variants);
  const parts = Object.values(variants).map((part) => (part.kind === "unit" ? undefined : codecOf(part)));
  return {
    size: (value: Tagged, pass) => {
      const index = requireVariant(value, names);
      return pass.params.discriminantEncoder.size(index) + (parts[index]?.size(value.value as never, pass) ?? 0);
    },
    write: (writer, value: Tagged, pass) => {
      const index = requireVariant(value, names);
      pass.params.discriminantEncoder.write(writer, index);
      parts[index]?.write(writer, value.value as never, pass);
    },
    read: (reader, pass) => {
      const index = pass.params.discriminantEncoder.read(reader);
      const type = names[index];
      if (type === undefined) {
        throw keyFailure("UnknownVariant", `the number of a variant below ${names.length}`, String(index));
      }
      const part = parts[index];
      return part === undefined ? { type } : { type, value: part.read(reader, pass) };
    },
  };
}

function requireVariant(value: Tagged, names: readonly string[]): number {
  const index = names.indexOf(value?.type);
  if (index < 0) throw mismatch(variantText(names), value);
  return index;
}

/** Parts one behind the other: `names` are members of an object, or the indexes of an array. */
function partsCodec(
  parts: readonly Codec[],
  names: readonly (string | number)[],
  require: (value: unknown) => void,
  read: Codec["read"],
): Codec {
  const place = (i: number): string => {
    const name = names[i] as string | number;
    return typeof name === "number" ? `[${name}]` : memberText(name);
  };
  return {
    size: (value: Record<string, never>, pass) => {
      require(value);
      let total = 0;
      let i = 0;
      try {
        for (; i < parts.length; i++) total += (parts[i] as Codec).size(value[names[i] as string] as never, pass);
      } catch (error) {
        throw prefixPath(place(i), error);
      }
      return total;
    },
    write: (writer, value: Record<string, never>, pass) => {
      require(value);
      let i = 0;
      try {
        for (; i < parts.length; i++) (parts[i] as Codec).write(writer, value[names[i] as string] as never, pass);
      } catch (error) {
        throw prefixPath(place(i), error);
      }
    },
    read,
  };
}

function rowCodec(parts: readonly Codec[]): Codec {
  const require = (value: unknown): void => void requireArray(value, parts.length);
  const read: Codec["read"] = (reader, pass) => parts.map((each) => each.read(reader, pass));
  return partsCodec(parts, [...parts.keys()], require, read);
}

function structCodec(fields: readonly (readonly [string, SchemaNode])[]): Codec {
  const names = fields.map(([name]) => name);
  const parts = fields.map(([, field]) => codecOf(field));
  const require = (value: unknown): void => {
    if (typeof value !== "object" || value === null) throw mismatch(structText(names), value);
  };
  const read: Codec["read"] = (reader, pass) => {
    const value: Record<string, unknown> = {};
    for (let i = 0; i < parts.length; i++) value[names[i] as string] = (parts[i] as Codec).read(reader, pass);
    return value;
  };
  return partsCodec(parts, names, require, read);
}

function recursiveCodec(target: () => Codec): Codec {
  const within = <T>(pass: Pass, tooMuch: () => Error, work: (codec: Codec) => T): T => {
    if (++pass.depth > MAX_INLINE_DEPTH) throw tooMuch();
    const result = work(target());
    pass.depth--;
    return result;
  };
  const tooDeepToRead = (): Error =>
    new LimitExceededError(`A recursive value nests deeper than ${MAX_INLINE_DEPTH} levels.`, {
      limit: "MAX_INLINE_DEPTH",
    });
  return {
    size: (value, pass) => within(pass, tooDeep, (codec) => codec.size(value, pass)),
    write: (writer, value, pass) => within(pass, tooDeep, (codec) => codec.write(writer, value, pass)),
    read: (reader, pass) => within(pass, tooDeepToRead, (codec) => codec.read(reader, pass)),
  };
}

function toTyped(array: object, items: readonly unknown[]): unknown {
  for (let i = 0; i < items.length; i++) (array as unknown[])[i] = items[i];
  return array;
}
