/** A plan lets its driver have a turn often, wherever the bytes are; a write lets events in. */

import { describe, expect, it } from "vitest";
import { ChunkAssembler } from "../../src/graph/assemble.ts";
import { Planner } from "../../src/graph/plan.ts";
import {
  bytes,
  chunk,
  f32,
  hashMap,
  recursive,
  type Schema,
  save,
  sortedMap,
  str,
  struct,
  typed,
  u32,
  vec,
} from "../../src/index.ts";
import { nodeOf } from "../../src/schema/node.ts";
import { formatOptions } from "../../src/write-options.ts";

const range = (length: number) => Array.from({ length }, (_, i) => i);
const text = "some text of an item that goes on for a while ";

interface AnyStruct extends Schema {
  readonly kind: "struct";
}
const Tree: AnyStruct = struct({ text: chunk(str), kids: chunk(vec(recursive(() => Tree))) });
const tree = (levels: number): unknown => ({
  text,
  kids: levels === 0 ? [] : range(8).map(() => tree(levels - 1)),
});

const CASES: readonly (readonly [string, Schema, unknown])[] = [
  ["a list", chunk(vec(str)), range(50_000).map(() => text)],
  [
    "large children of few items",
    chunk(vec(struct({ a: chunk(bytes) }))),
    range(50).map(() => ({ a: new Uint8Array(100_000) })),
  ],
  ["a list in an item", chunk(vec(struct({ a: chunk(vec(str)) }))), [{ a: range(50_000).map(() => text) }, { a: [] }]],
  [
    "a map in a map",
    hashMap(u32, struct({ m: hashMap(u32, struct({ a: chunk(str) })) })),
    new Map([[1, { m: new Map(range(20_000).map((i) => [i, { a: text }])) }]]),
  ],
  ["a sorted map", sortedMap(str, str), new Map(range(50_000).map((i) => [`${(i * 7919) % 50_000}`, text]))],
  ["a typed array in an item", chunk(vec(struct({ a: chunk(typed(f32)) }))), [{ a: new Float32Array(500_000) }]],
  ["a tree", Tree, tree(5)],
];

describe("the steps of a plan", () => {
  it.each(CASES)("are small: %s", (_, schema, value) => {
    const format = formatOptions({});
    const assembler = new ChunkAssembler(format);
    let most = 0;
    let before = 0;
    const plan = new Planner(assembler, format).file(nodeOf(schema), value);
    for (let isDone = false; !isDone; before = assembler.rawBytes) {
      isDone = plan.next().done === true;
      most = Math.max(most, assembler.rawBytes - before);
    }
    expect(assembler.rawBytes).toBeGreaterThan(1_000_000);
    // A shard or a bucket more than a step.
    expect(most).toBeLessThanOrEqual(3 * 128 * 1024);
  });
});

describe("save", () => {
  it("lets events in while it checks and while it writes", async () => {
    // An item that takes longer than a slice, so that a turn is due whatever the machine.
    const slow = {
      get id() {
        const end = performance.now() + 15;
        while (performance.now() < end);
        return 1;
      },
    };
    const items = range(30_000).map((i) => (i % 10_000 === 5000 ? slow : { id: i }));
    const schema = chunk(vec(struct({ id: u32 })));
    let turns = 0;
    let isDone = false;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      turns++;
      if (!isDone) setTimeout(() => port2.postMessage(0), 0);
    };
    port2.postMessage(0);
    let turnsAtWrite = 0;
    await save(
      { name: "nowhere", write: () => undefined, close: () => undefined, abort: () => undefined },
      schema,
      items,
      {
        workers: false,
        onProgress: ({ phase }) => {
          if (phase === "check") turnsAtWrite = turns;
        },
      },
    );
    isDone = true;
    port1.close();
    expect(turnsAtWrite).toBeGreaterThanOrEqual(1);
    expect(turns).toBeGreaterThan(turnsAtWrite);
  });
});
