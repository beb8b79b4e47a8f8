/** The law of ordered keys: values are in the order of their bytes. Over generated schemas and values that are hard to tell apart. */
import fc from "fast-check";
import {
  compareBytes,
  descending,
  type OrderedKey,
  orderedKey,
  type Schema,
  str,
  struct,
  tuple,
  u8,
} from "parcode-web/key";
import { describe, expect, test } from "vitest";
import { comparerOf } from "../../src/schema/compare.ts";
import { setGeneration } from "../../src/schema/generate.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { runs } from "../support/arbitrary.ts";
import { keySchemas, keyValues } from "../support/arbitrary-keys.ts";
import { schemaText } from "../support/arbitrary-text.ts";
import { difference } from "../support/difference.ts";
import { hexOfBytes } from "../support/fixtures.ts";
import { thrownBy } from "../support/rejection.ts";

interface Case {
  readonly schema: Schema;
  readonly values: readonly unknown[];
}

/** Schemas with values of each, shown as the text that builds them. */
function cases(count: number): fc.Arbitrary<Case> {
  return keySchemas.chain((schema) =>
    fc.array(keyValues(schema as SchemaNode), { minLength: count, maxLength: count }).map((values) => ({
      schema,
      values,
      [fc.toStringMethod]: () => `${schemaText(schema as SchemaNode)} of ${fc.stringify(values)}`,
    })),
  );
}

function codecOf(schema: Schema, options?: { terminated: boolean }): OrderedKey<unknown> {
  return orderedKey(schema, options) as OrderedKey<unknown>;
}

/** What decoding gives: the value, but a NaN and an f32 as they are stored. */
function stored(codec: OrderedKey<unknown>, value: unknown): unknown {
  return codec.decode(codec.encode(value as never));
}

describe("for all values of all schemas", () => {
  test("the order of the bytes is the order of the values, strictly", () => {
    let pairs = 0;
    let equal = 0;
    fc.assert(
      fc.property(cases(26), ({ schema, values }) => {
        const codec = codecOf(schema);
        const compare = comparerOf(schema as SchemaNode);
        const terminated = codecOf(schema, { terminated: true });
        const keys = values.map((value) => codec.encode(value as never));
        const ended = values.map((value) => terminated.encode(value as never));
        for (let i = 0; i < values.length; i++) {
          for (let j = i; j < values.length; j++) {
            const [a, b] = [values[i], values[j]] as never[];
            const order = Math.sign(compare(a, b));
            const found = Math.sign(compareBytes(keys[i] as Uint8Array, keys[j] as Uint8Array));
            if (found !== order || Math.sign(codec.compare(a as never, b as never)) !== order) {
              throw new Error(`${fc.stringify(a)} against ${fc.stringify(b)}: ${order} by value, ${found} by bytes`);
            }
            if (Math.sign(compareBytes(ended[i] as Uint8Array, ended[j] as Uint8Array)) !== order) {
              throw new Error(`${fc.stringify(a)} against ${fc.stringify(b)}: another order with an end`);
            }
            if (order !== 0 && startsWith(ended[i] as Uint8Array, ended[j] as Uint8Array)) {
              throw new Error(`${fc.stringify(a)} against ${fc.stringify(b)}: one key begins with the other`);
            }
            pairs++;
            if (order === 0) equal++;
          }
        }
      }),
      { ...runs(1200), interruptAfterTimeLimit: 60_000 },
    );
    expect(pairs).toBeGreaterThanOrEqual(200_000);
    // Values are close to each other, and not all the same.
    expect(equal).toBeLessThan(pairs / 2);
  }, 60_000);

  test("a key has exactly its size, and gives its value again", () => {
    fc.assert(
      fc.property(cases(6), fc.boolean(), ({ schema, values }, terminated) => {
        const codec = codecOf(schema, { terminated });
        for (const value of values as never[]) {
          const key = codec.encode(value);
          expect(codec.size(value)).toBe(key.length);
          const room = new Uint8Array(key.length + 5).fill(0xaa);
          expect(codec.encodeInto(value, room, 3)).toBe(key.length);
          expect(hexOfBytes(room)).toBe(`aaaaaa${hexOfBytes(key)}aaaa`);
          const decoded = codec.decode(key);
          expect(codec.compare(decoded as never, value)).toBe(0);
          expect(difference(stored(codec, decoded), decoded)).toBeUndefined();
          expect(hexOfBytes(codec.encode(decoded as never))).toBe(hexOfBytes(key));
          expect(difference(codec.decode(key.buffer), decoded)).toBeUndefined();
        }
      }),
      runs(300),
    );
  });

  test("where code must not be generated, keys and errors are the same", () => {
    /** The same schema as another object, for which nothing is compiled yet; its parts stay. */
    const again = (schema: Schema): Schema => descending(descending(schema));
    fc.assert(
      fc.property(cases(3), ({ schema, values }) => {
        const generated = codecOf(schema);
        const keys = values.map((value) => generated.encode(value as never));
        setGeneration(false);
        try {
          const plain = codecOf(again(schema));
          for (const [i, value] of values.entries()) {
            const key = plain.encode(value as never);
            expect(hexOfBytes(key)).toBe(hexOfBytes(keys[i] as Uint8Array));
            expect(difference(plain.decode(key), generated.decode(key))).toBeUndefined();
          }
        } finally {
          setGeneration(undefined);
        }
      }),
      runs(100),
    );
    const schema = struct({ id: u8, rows: tuple([str, u8]) });
    const wrong = { id: 1, rows: ["a", 256] } as const;
    const generated = thrownBy(() => codecOf(schema).encode(wrong as never));
    setGeneration(false);
    try {
      const plain = thrownBy(() => codecOf(struct({ id: u8, rows: tuple([str, u8]) })).encode(wrong as never));
      expect([plain.path, plain.message]).toEqual([generated.path, generated.message]);
      expect(plain.path).toBe("rows[1]");
    } finally {
      setGeneration(undefined);
    }
  });

  test("descending turns the order round", () => {
    fc.assert(
      fc.property(cases(8), ({ schema, values }) => {
        const [up, down] = [codecOf(schema), codecOf(descending(schema))];
        const again = codecOf(descending(descending(schema)));
        for (const a of values as never[]) {
          expect(hexOfBytes(again.encode(a))).toBe(hexOfBytes(up.encode(a)));
          for (const b of values as never[]) {
            const order = Math.sign(compareBytes(up.encode(a), up.encode(b)));
            expect(Math.sign(compareBytes(down.encode(b), down.encode(a)))).toBe(order);
            expect(Math.sign(down.compare(b, a))).toBe(order);
          }
        }
      }),
      runs(200),
    );
  });
});

function startsWith(a: Uint8Array, b: Uint8Array): boolean {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return false;
  return true;
}
