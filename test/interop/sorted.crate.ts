/** Sorted maps: the Rust crate knows them as lists of entries, each the key and then the fields of the value. */
import fc from "fast-check";
import { chunk, descending, openSync, serializeSync, sortedMap, str, struct, u32, vec } from "parcode-web";
import { expect, test } from "vitest";
import { samplesOf } from "../support/arbitrary.ts";
import { LAZY_WAYS } from "../support/oracle.ts";
import { cases, crateWrites, differs, fileForm, oracle, typeNamed } from "./crate.ts";

type Players = Map<string, { level: number; inventory: number[] }>;

const type = typeNamed("Vec<SortedPlayer>");
const form = fileForm(type);
const Player = struct({ level: u32, inventory: chunk(vec(u32)) });

const inputs = fc.constantFrom(1, 60, undefined).chain((shardBytes) => {
  const schema = sortedMap(str, Player, shardBytes === undefined ? {} : { shardBytes });
  return fc.tuple(fc.constant(schema), samplesOf(fc.constant(schema), 30));
});

/** As Rust orders strings: by their bytes. */
function entriesOf(value: unknown): unknown[] {
  return [...(value as Players)]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([key, player]) => ({ key, ...player }));
}

test.for(["native", "parcode"] as const)("written by us with compatibility: %s", async (compatibility) => {
  await fc.assert(
    fc.asyncProperty(inputs, fc.constantFrom("none", "lz4"), async ([schema, { value }], compression) => {
      const bytes = serializeSync(schema, value as Players, { compatibility, compression });
      expect(openSync(bytes, schema).version).toBe(4);
      const expected = entriesOf(value);
      expect(differs(form.fromNotation(await oracle.read(type.name, bytes)), expected)).toBeUndefined();
      for (const via of LAZY_WAYS) {
        const lazily = form.fromNotation(await oracle.readLazy(type.name, bytes, via));
        expect(differs(lazily, expected), via).toBeUndefined();
      }
    }),
    cases(20),
  );
});

test("in descending order, too", async () => {
  await fc.assert(
    fc.asyncProperty(inputs, async ([, { value }]) => {
      const schema = sortedMap(descending(str), Player, { shardBytes: 60 });
      const bytes = serializeSync(schema, value as Players);
      expect(openSync(bytes, schema).version).toBe(4);
      const expected = entriesOf(value).reverse();
      expect(differs(form.fromNotation(await oracle.read(type.name, bytes)), expected)).toBeUndefined();
      const written = await oracle.write(type.name, form.toNotation(expected), { compression: false, serial: true });
      const file = openSync(written, schema);
      for (const [key, player] of value as Players) expect(differs(file.root.get(key), player)).toBeUndefined();
    }),
    cases(20),
  );
});

test("written by the crate, in order", async () => {
  await fc.assert(
    fc.asyncProperty(inputs, crateWrites, async ([schema, { value }], options) => {
      const bytes = await oracle.write(type.name, form.toNotation(entriesOf(value)), options);
      const file = openSync(bytes, schema);
      expect(differs(file.load(), value)).toBeUndefined();
      for (const [key, player] of value as Players) {
        expect(differs(file.root.get(key), player)).toBeUndefined();
        expect(differs(file.root.getLazy(key)?.inventory.load(), player.inventory)).toBeUndefined();
      }
    }),
    cases(20),
  );
});
