/// <reference types="vite/client" />
/** docs/FORMAT.md is normative: its tables are the code's constants, and its example is what the writer writes. */

import { describe, expect, it } from "vitest";
import specification from "../../docs/FORMAT.md?raw";
import * as varint from "../../src/bytes/varint.ts";
import * as layout from "../../src/format/layout.ts";
import { chunk, hashMap, openSync, serializeSync, str, struct, u8, u16, u32, vec } from "../../src/index.ts";

const World = struct({ id: u16, name: str, scores: chunk(vec(u32)), players: hashMap(str, u8) });
const world = { id: 300, name: "Io", scores: [7, 1000], players: new Map([["ann", 5]]) };

describe("docs/FORMAT.md", () => {
  const rows = [...specification.matchAll(/^\| ([A-Z][A-Z0-9_]+) \| (0x[0-9A-Fa-f]+|\d+) \|/gm)];
  const documented = new Map(rows.map(([, name, value]) => [name as string, Number(value)]));

  it("names every constant of the layout, with its value", () => {
    const constants = Object.entries(layout).filter(([, value]) => typeof value === "number");
    expect(constants.length).toBeGreaterThan(20);
    for (const [name, value] of constants) expect([name, documented.get(name)]).toEqual([name, value]);
  });

  it("names no constant that there is not", () => {
    const known: Record<string, unknown> = { ...layout, ...varint };
    for (const [name, value] of documented) expect([name, known[name]]).toEqual([name, value]);
  });

  it("has the example byte by byte, each row where it says", () => {
    const example = [...specification.matchAll(/^\| (\d+) \| ((?:[0-9A-F]{2} ?)+)\| /gm)];
    expect(example.length).toBeGreaterThan(20);
    const bytes: number[] = [];
    for (const [, at, hex] of example) {
      expect(bytes.length).toBe(Number(at));
      for (const pair of (hex as string).trim().split(" ")) bytes.push(Number.parseInt(pair, 16));
    }
    expect([...serializeSync(World, world, { describe: false })]).toEqual(bytes);
    expect(openSync(Uint8Array.from(bytes), World).load()).toEqual(world);
  });
});
