/**
 * Step 8, entry: the decoder of a schema. In: a schema and payload bytes. Out: values, or {@link CorruptChunkError} with
 * the byte offset in the payload and the path in the value.
 */

import { atStackEnd } from "../bytes/depth.ts";
import { ByteReader, type EmptyItemCounter } from "../bytes/reader.ts";
import { ParcodeError } from "../errors.ts";
import { canGenerate, mayGenerate } from "../schema/generate.ts";
import type { SchemaNode, StructNode } from "../schema/node.ts";
import { type Decode, decodeClosure, decodeShallowClosure } from "./closures.ts";
import { generateDecoder, generateShallowDecoder } from "./generate.ts";

/** From so many single values on, generated code has paid for being made: some 200 µs, as long as closures take for hundreds. */
const MANY_VALUES = 64;

/** Reads values of one schema. */
export class Decoder {
  private readonly make: () => Decode;
  private readonly explain: () => Decode;
  private made: Decode | undefined;
  private closures: Decode | undefined;
  private decoded = 0;

  /** @param make Gives what reads many values fast. @param explain Gives what knows the path of a fault, and reads as well. */
  constructor(make: () => Decode, explain: () => Decode) {
    this.make = make;
    this.explain = explain;
  }

  /** Reads one value and leaves the reader behind it. Whoever asks for this has many to read. */
  get read(): Decode {
    this.made ??= this.make();
    return this.made;
  }

  /** Reads one value and leaves the reader behind it; for those who may never read another. */
  readOne(reader: ByteReader): unknown {
    if (this.made !== undefined) return this.made(reader);
    if (++this.decoded > MANY_VALUES) return this.read(reader);
    this.closures ??= this.explain();
    const { position } = reader;
    try {
      return this.closures(reader);
    } catch (error) {
      // Closures need more of the stack than generated code.
      if (atStackEnd(error) === error || !canGenerate()) throw error;
      reader.rewind(position);
      return this.read(reader);
    }
  }

  /** The value at `start` of `payload`. Bytes behind it are ignored, as the crate ignores them. */
  decode(payload: Uint8Array, start = 0, counter?: EmptyItemCounter): unknown {
    try {
      return this.readOne(new ByteReader(payload, start, payload.length, counter));
    } catch (error) {
      throw this.located(error, payload, start);
    }
  }

  /**
   * The same error with its path: the closures find it by decoding once more. They need more of the stack, and where it
   * ends for them there is no path. Whatever is thrown there becomes a {@link LimitExceededError}.
   */
  located(error: unknown, payload: Uint8Array, start: number): unknown {
    if (!(error instanceof ParcodeError)) return atStackEnd(error);
    if (error.path !== undefined) return error;
    try {
      this.closures ??= this.explain();
      this.closures(new ByteReader(payload, start));
    } catch (explained) {
      return explained instanceof ParcodeError ? explained : error;
    }
    return error;
  }
}

type Cache = Readonly<Record<"full" | "shallow", WeakMap<SchemaNode, Decoder>>>;

const newCache = (): Cache => ({ full: new WeakMap(), shallow: new WeakMap() });
const generated = newCache();
const interpreted = newCache();

/** Decoder of whole values of `schema`: every field inline, placements ignored. */
export function decoderOf(schema: SchemaNode): Decoder {
  const generates = mayGenerate();
  const cache = (generates ? generated : interpreted).full;
  let decoder = cache.get(schema);
  if (decoder === undefined) {
    const explain = () => decodeClosure(schema);
    decoder = new Decoder(() => (canGenerate() ? generateDecoder(schema) : explain()), explain);
    cache.set(schema, decoder);
  }
  return decoder;
}

/** Decoder of the inline fields of a struct in a chunk; chunked fields are undefined in the object it gives. */
export function shallowDecoderOf(node: StructNode): Decoder {
  const generates = mayGenerate();
  const cache = (generates ? generated : interpreted).shallow;
  let decoder = cache.get(node);
  if (decoder === undefined) {
    const explain = () => decodeShallowClosure(node);
    decoder = new Decoder(() => (canGenerate() ? generateShallowDecoder(node) : explain()), explain);
    cache.set(node, decoder);
  }
  return decoder;
}
