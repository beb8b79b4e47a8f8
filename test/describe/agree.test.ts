/** Whether a file's description is that of a schema, without describing it: the same answer as comparing bytes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isDescribedBy } from "../../src/describe/agree.ts";
import { describeSchema } from "../../src/describe/describe.ts";
import { readDescription } from "../../src/describe/read.ts";
import {
  chunk,
  descending,
  hashMap,
  option,
  recursive,
  type Schema,
  sortedMap,
  str,
  struct,
  u8,
  unit,
  variant,
  vec,
} from "../../src/index.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { runs, schemas } from "../support/arbitrary.ts";
import { editsOf } from "../support/arbitrary-edit.ts";

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

test("says what comparing descriptions says, of any schema and its edits", () => {
  const pairs = schemas.chain((schema) => fc.tuple(fc.constant(schema), editsOf(schema)));
  fc.assert(
    fc.property(pairs, ([stored, { schema }]) => {
      const description = describeSchema(stored as SchemaNode);
      const wanted = schema as SchemaNode;
      expect(isDescribedBy(stored as SchemaNode, description)).toBe(true);
      expect(isDescribedBy(readDescription(description), description)).toBe(true);
      expect(isDescribedBy(wanted, description)).toBe(sameBytes(describeSchema(wanted), description));
      // Known by now, and asked with another one.
      expect(isDescribedBy(stored as SchemaNode, describeSchema(wanted))).toBe(
        sameBytes(describeSchema(wanted), description),
      );
    }),
    runs(300),
  );
});

test("names, order, lengths, placements and hidden nulls count", () => {
  const all: Schema[] = [
    struct({ a: u8, b: str }),
    struct({ b: str, a: u8 }),
    struct({ a: u8, c: str }),
    struct({ a: u8 }),
    struct({ a: u8, b: chunk(str) }),
    struct({ a: u8, b: vec(str) }),
    variant({ a: u8, b: str }),
    variant({ a: unit }),
    variant({ a: recursive(() => unit) }),
    option(recursive(() => option(u8))),
    hashMap(str, u8),
    sortedMap(str, u8),
    sortedMap(descending(str), u8),
  ];
  for (const [i, one] of all.entries()) {
    for (const [j, other] of all.entries()) {
      expect(isDescribedBy(one as SchemaNode, describeSchema(other as SchemaNode)), `${i} and ${j}`).toBe(i === j);
    }
  }
});

test("bytes that are no description are none", () => {
  const schema = struct({ a: u8, list: chunk(vec(str)) }) as SchemaNode;
  const description = describeSchema(schema);
  for (let length = 0; length < description.length; length++) {
    expect(isDescribedBy(schema, description.subarray(0, length))).toBe(false);
  }
  for (let at = 0; at < description.length; at++) {
    for (const value of [0, 1, 2, 50, 255]) {
      const damaged = description.slice();
      damaged[at] = value;
      if (value !== description[at]) expect(isDescribedBy(schema, damaged), `${at}: ${value}`).toBe(false);
    }
  }
});
