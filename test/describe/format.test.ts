/// <reference types="vite/client" />
/** The section on descriptions of docs/FORMAT.md is normative: its tables and its example are what the code does. */
import { describe, expect, it } from "vitest";
import specification from "../../docs/FORMAT.md?raw";
import { DESCRIPTION_VERSION } from "../../src/describe/bytes.ts";
import { describeSchema } from "../../src/describe/describe.ts";
import { readDescription } from "../../src/describe/read.ts";
import * as table from "../../src/describe/table.ts";
import { chunk, descending, hashMap, sortedMap, str, struct, tuple, u8, u16, u32, vec } from "../../src/index.ts";
import type { SchemaNode } from "../../src/schema/node.ts";

const section = specification.slice(specification.search(/^## \d+\. Schema description$/m));

describe("docs/FORMAT.md, schema description", () => {
  it("has the number of every kind, and no other", () => {
    const rows = [...section.matchAll(/^\| `([a-zA-Z0-9]+)` \| (\d+) \|/gm)];
    expect(Object.fromEntries(rows.map(([, kind, number]) => [kind, Number(number)]))).toEqual(table.KIND_NUMBERS);
    expect(new Set(Object.values(table.KIND_NUMBERS)).size).toBe(Object.keys(table.KIND_NUMBERS).length);
  });

  it("has what is added to the number of a kind that comes in descending order, and its body", () => {
    expect(section).toContain(`| \`descending(T)\` | ${table.DESCENDING} + the number of T | as T |`);
    const numbers = Object.values(table.KIND_NUMBERS);
    for (const number of numbers) expect(numbers).not.toContain(number + table.DESCENDING);
    const Keys = sortedMap(tuple([str, descending(u32)]), u32);
    const bytes = Uint8Array.of(1, 5, 50, 2, 1, 2, 35, 3, 2, 3, 4, 2, 0, 15, 0, 66, 0);
    expect(describeSchema(Keys as SchemaNode)).toEqual(bytes);
    expect(describeSchema(readDescription(bytes))).toEqual(bytes);
  });

  it("has every limit, with its value", () => {
    const rows = [...section.matchAll(/^\| `(MAX_[A-Z_]+)` \| ([\d,]+) \|/gm)];
    const limits = Object.entries(table).filter(([name]) => name.startsWith("MAX_"));
    expect(limits.length).toBe(4);
    expect(rows.map(([, name, value]) => [name, Number(value?.replaceAll(",", ""))])).toEqual(
      expect.arrayContaining(limits),
    );
    expect(rows.length).toBe(limits.length);
    expect(section).toContain(`The version is ${DESCRIPTION_VERSION}.`);
  });

  it("has the example byte by byte", () => {
    const World = struct({ id: u16, name: str, scores: chunk(vec(u32)), players: hashMap(str, u8) });
    const rows = [...section.matchAll(/^ {4} *((?:[0-9A-F]{2} )+) +[a-z"]/gm)];
    const bytes = rows.flatMap(([, hex]) => (hex as string).trim().split(" ")).map((pair) => Number.parseInt(pair, 16));
    expect([...describeSchema(World as SchemaNode)]).toEqual(bytes);
    expect(describeSchema(readDescription(Uint8Array.from(bytes)))).toEqual(Uint8Array.from(bytes));
  });
});
