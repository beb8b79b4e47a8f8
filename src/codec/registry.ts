/**
 * Step 4 of the way: which codec has which id and name. In: an id from a chunk's meta byte, or a name from a schema or an
 * option. Out: the codec, or an error that says which there are. A registry does not change once it is made.
 */

import { type ErrorDetails, InvalidOptionError } from "../errors.ts";
import type { Codec } from "./codec.ts";
import { codecById } from "./decoders.ts";
import { lz4 } from "./lz4.ts";
import { none } from "./none.ts";

/** The id has three bits in the meta byte. */
const MAX_CODEC_ID = 7;

/** Ids that the format itself gives a meaning. */
const BUILT_IN: readonly Codec[] = [none, lz4];

/** The codecs that a file may be written and read with. */
export interface CodecRegistry {
  /** All codecs, by ascending id. */
  readonly codecs: readonly Codec[];
  /**
   * The codec of a chunk.
   * @param details The chunk's coordinates, for the error.
   * @throws {UnknownCodecError} None has that id. Register it and open the file again.
   */
  byId(id: number, details?: ErrorDetails): Codec;
  /**
   * The codec of a schema or option.
   * @throws {InvalidOptionError} None has that name. `option` is "compression".
   */
  byName(name: string): Codec;
}

class Registry implements CodecRegistry {
  readonly codecs: readonly Codec[];
  readonly #byName = new Map<string, Codec>();

  constructor(codecs: readonly Codec[]) {
    for (const codec of codecs) this.#byName.set(codec.name, codec);
    this.codecs = Object.freeze([...codecs].sort((a, b) => a.id - b.id));
    Object.freeze(this);
  }

  byId(id: number, details: ErrorDetails = {}): Codec {
    return codecById(this.codecs, id, details);
  }

  byName(name: string): Codec {
    const codec = this.#byName.get(name);
    if (codec !== undefined) return codec;
    const registered = this.codecs.map((known) => JSON.stringify(known.name)).join(", ");
    throw new InvalidOptionError(`There is no compression ${JSON.stringify(name)}; there are ${registered}.`, {
      option: "compression",
      expected: `one of ${registered}`,
      actual: JSON.stringify(name),
    });
  }
}

/**
 * A registry of the built-in codecs, "none" (0) and "lz4" (1), and of `codecs`.
 * @param codecs Each with an id of 2 to 7 and a name, both its own.
 * @throws {InvalidOptionError} An id or a name is out of range or taken. `option` is "codecs".
 */
export function createRegistry(codecs: Iterable<Codec> = []): CodecRegistry {
  const accepted = [...BUILT_IN];
  for (const codec of codecs) {
    refuseOutOfRange(codec);
    refuseTaken(codec, accepted);
    accepted.push(codec);
  }
  return new Registry(accepted);
}

function refuseOutOfRange({ id, name }: Codec): void {
  if (!Number.isInteger(id) || id < BUILT_IN.length || id > MAX_CODEC_ID) {
    const expected = `a whole number from ${BUILT_IN.length} to ${MAX_CODEC_ID}`;
    const builtIn = BUILT_IN.find((codec) => codec.id === id);
    const why =
      builtIn === undefined ? "the meta byte has three bits for it" : `it means "${builtIn.name}" in every file`;
    throw invalidCodec(`A codec cannot have id ${id}: ${why}.`, expected, String(id));
  }
  if (typeof name !== "string" || name === "") {
    throw invalidCodec(`The codec with id ${id} needs a name.`, "a string that is not empty", JSON.stringify(name));
  }
}

function refuseTaken({ id, name }: Codec, accepted: readonly Codec[]): void {
  const sameId = accepted.find((codec) => codec.id === id);
  if (sameId !== undefined) {
    throw invalidCodec(
      `Codec id ${id} is registered twice, as "${sameId.name}" and as "${name}".`,
      "an id of its own",
      String(id),
    );
  }
  const sameName = accepted.find((codec) => codec.name === name);
  if (sameName !== undefined) {
    throw invalidCodec(
      `Codec name "${name}" is registered twice, with id ${sameName.id} and ${id}.`,
      "a name of its own",
      name,
    );
  }
}

function invalidCodec(message: string, expected: string, actual: string): InvalidOptionError {
  return new InvalidOptionError(message, { option: "codecs", expected, actual });
}

/** The built-in codecs alone. */
export const defaultCodecs: CodecRegistry = /* @__PURE__ */ createRegistry();
