/** Published keys: what other implementations compare with, and what no later version may change. Each list is in order. */
import * as key from "parcode-web/key";
import { isParcodeError } from "parcode-web/key";
import { describe, expect, test } from "vitest";
import { difference } from "../support/difference.ts";
import { bytesOfHex, hexOfBytes } from "../support/fixtures.ts";
import { thrownBy } from "../support/rejection.ts";
import vectors from "../vectors/ordered-keys.json" with { type: "json" };

/** A value from its notation: `{"big": "1"}`, `{"hex": "00"}`, `{"float": "-0"}`; anything else is itself. */
function valueOfNotation(json: any): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(valueOfNotation);
  if (json.big !== undefined) return BigInt(json.big);
  if (json.hex !== undefined) return bytesOfHex(json.hex);
  if (json.float !== undefined) return Number(json.float);
  return Object.fromEntries(Object.entries(json).map(([name, member]) => [name, valueOfNotation(member)]));
}

function schemaOfText(text: string): key.Schema {
  const names = Object.keys(key);
  return new Function(...names, `return ${text};`)(...Object.values(key));
}

describe.each(vectors.map(({ schema, keys }) => [schema, keys] as const))("%s", (text, keys) => {
  const schema = schemaOfText(text);
  const codecs = [key.orderedKey(schema), key.orderedKey(schema, { terminated: true })] as key.OrderedKey<unknown>[];

  test("the bytes of each value, both ways", () => {
    for (const { value: json, hex, terminated } of keys) {
      const value = valueOfNotation(json);
      for (const [codec, expected] of [
        [codecs[0], hex],
        [codecs[1], terminated],
      ] as [key.OrderedKey<unknown>, string][]) {
        expect(hexOfBytes(codec.encode(value as never))).toBe(expected);
        expect(difference(codec.decode(bytesOfHex(expected)), value)).toBeUndefined();
      }
    }
  });

  test("they are in order", () => {
    for (let i = 1; i < keys.length; i++) {
      const [a, b] = [keys[i - 1], keys[i]] as (typeof keys)[number][];
      for (const form of ["hex", "terminated"] as const) {
        const order = key.compareBytes(bytesOfHex(a?.[form] as string), bytesOfHex(b?.[form] as string));
        expect(order).toBeLessThan(0);
      }
    }
  });
});

test("where there is no IndexedDB, a range for it is refused", () => {
  const range = key.orderedKey(key.str).prefix("a");
  if (typeof IDBKeyRange !== "undefined") expect(key.toIDBKeyRange(range).lowerOpen).toBe(false);
  else
    expect(
      isParcodeError(
        thrownBy(() => key.toIDBKeyRange(range)),
        "StorageUnavailable",
      ),
    ).toBe(true);
});

test("short text, of each length, is read as long text is", async () => {
  const { readUtf8 } = await import("../../src/bytes/utf8.ts");
  const { MAX_SHORT_TEXT, readShortText } = await import("../../src/key/short-text.ts");
  for (let length = 0; length <= MAX_SHORT_TEXT; length++) {
    const bytes = Uint8Array.from({ length: length + 3 }, (_, i) => (i * 37 + length) % 128);
    expect(readShortText(bytes, 2, length)).toBe(readUtf8(bytes, 2, 2 + length));
    if (length === 0) continue;
    bytes[1 + length] = 0x80;
    expect(readShortText(bytes, 2, length)).toBeUndefined();
  }
});
