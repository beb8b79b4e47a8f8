/** Lists, sets, maps and arrays in ordcode: the number of items where the parameters put it, and the items. */

import { LimitExceededError, prefixPath } from "../../errors.ts";
import { keyText } from "../../schema/value-text.ts";
import type { TwoEndedReader } from "./buffer.ts";
import type { Codec, Pass } from "./codec.ts";
import { countOf, requireArray, requireMap, type Sized } from "./require.ts";

/**
 * Items that take no bytes (`unit`, an empty struct) are bounded by nothing but this, over all lists of one call. The crate's own
 * vectors have lists of 2^21; twice as many empty objects stay below 256 MiB.
 */
const MAX_EMPTY_ITEMS = 2 ** 22;

/** Items one behind the other, once the value is known to have some. */
function itemsCodec(item: Codec): Pick<Codec, "size" | "write"> {
  return {
    size: (value: Sized, pass) => {
      let total = 0;
      let i = 0;
      try {
        for (const member of value) {
          total += item.size(member, pass);
          i++;
        }
      } catch (error) {
        throw prefixPath(`[${i}]`, error);
      }
      return total;
    },
    write: (writer, value: Sized, pass) => {
      let i = 0;
      try {
        for (const member of value) {
          item.write(writer, member, pass);
          i++;
        }
      } catch (error) {
        throw prefixPath(`[${i}]`, error);
      }
    },
  };
}

/** Exactly `length` items, without a number. */
export function arrayCodec(item: Codec, length: number): Codec {
  const items = itemsCodec(item);
  return {
    size: (value, pass) => items.size(requireArray(value, length) as never, pass),
    write: (writer, value, pass) => items.write(writer, requireArray(value, length) as never, pass),
    read: (reader, pass) => {
      const members: unknown[] = [];
      readItems(reader, pass, length, () => members.push(item.read(reader, pass)));
      return members;
    },
  };
}

/** Any number of items. `join` makes a value of those that were read. */
export function listCodec(item: Codec, require: (value: unknown) => Sized, join: (items: unknown[]) => unknown): Codec {
  const items = itemsCodec(item);
  return {
    size: (value, pass) => pass.params.lengthEncoder.size(countOf(require(value))) + items.size(value, pass),
    write: (writer, value, pass) => {
      pass.params.lengthEncoder.write(writer, countOf(require(value)));
      items.write(writer, value, pass);
    },
    read: (reader, pass) => {
      const members: unknown[] = [];
      readItems(reader, pass, pass.params.lengthEncoder.read(reader), () => members.push(item.read(reader, pass)));
      return join(members);
    },
  };
}

/** Entries in the order of the map: a key and its value, one behind the other. */
export function mapCodec(keys: Codec, values: Codec): Codec {
  return {
    size: (value: ReadonlyMap<never, never>, pass) => {
      let total = pass.params.lengthEncoder.size(requireMap(value).size);
      for (const [k, v] of value) {
        try {
          total += keys.size(k, pass) + values.size(v, pass);
        } catch (error) {
          throw prefixPath(keyText(k), error);
        }
      }
      return total;
    },
    write: (writer, value: ReadonlyMap<never, never>, pass) => {
      pass.params.lengthEncoder.write(writer, requireMap(value).size);
      for (const [k, v] of value) {
        try {
          keys.write(writer, k, pass);
          values.write(writer, v, pass);
        } catch (error) {
          throw prefixPath(keyText(k), error);
        }
      }
    },
    read: (reader, pass) => {
      const entries = new Map<unknown, unknown>();
      readItems(reader, pass, pass.params.lengthEncoder.read(reader), () =>
        entries.set(keys.read(reader, pass), values.read(reader, pass)),
      );
      return entries;
    },
  };
}

/** Nothing is allocated for a claimed count: each item takes bytes, or counts against a limit. */
function readItems(reader: TwoEndedReader, pass: Pass, count: number, readOne: () => void): void {
  for (let i = 0; i < count; i++) {
    const before = reader.remaining;
    readOne();
    if (reader.remaining === before && ++pass.emptyItems > MAX_EMPTY_ITEMS) {
      throw new LimitExceededError(
        `A list claims ${count} items of no bytes; at most ${MAX_EMPTY_ITEMS} are read at once.`,
        {
          limit: "MAX_EMPTY_ITEMS",
          expected: `<= ${MAX_EMPTY_ITEMS} items`,
          actual: String(count),
        },
      );
    }
  }
}
