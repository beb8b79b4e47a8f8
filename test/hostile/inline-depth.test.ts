/** Values that nest inside one payload: as deep as the limit, with wide steps, by generated functions and by closures. */
import {
  chunk,
  map,
  open,
  openSync,
  option,
  recursive,
  type Schema,
  struct,
  tuple,
  u8,
  unit,
  variant,
  vec,
} from "parcode-web";
import { afterEach, describe, expect, test } from "vitest";
import { decoderOf } from "../../src/decode/decode.ts";
import { setGeneration } from "../../src/schema/generate.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { RawFile } from "../support/raw-file.ts";
import { outcome } from "../support/touch-mirror.ts";

/** A type with several kinds of schema between one level and the next, and a level's bytes. */
const types: [string, () => Schema, number[], number][] = [
  [
    "an option",
    () => {
      const Step: Schema = struct({ next: option(recursive(() => Step)) });
      return Step;
    },
    [1],
    0,
  ],
  [
    "an option, a tuple, a list, a variant and a map",
    () => {
      const Step: Schema = struct({
        next: option(
          tuple([
            vec(
              struct({
                v: variant({
                  None: unit,
                  Some: map(
                    u8,
                    recursive(() => Step),
                  ),
                }),
              }),
            ),
            u8,
          ]),
        ),
      });
      return Step;
    },
    // Some, a list of 1, variant 1, a map of 1, key 7.
    [1, 1, 1, 1, 7],
    0,
  ],
];

afterEach(() => setGeneration(undefined));

describe.each(types)("%s", (_, make, level, end) => {
  test.each([
    ["generated functions", undefined],
    ["closures", false as const],
  ])("%s", async (_name, generation) => {
    setGeneration(generation);
    const Step = make();
    const read = (levels: number) => {
      const file = new RawFile();
      // Behind the innermost value come the u8 of each tuple.
      const payload = [...Array(levels).fill(level).flat(), end, ...Array(levels).fill(9)];
      return outcome<unknown>(() => openSync(file.finish(file.chunk([1, ...payload, 9])), option(Step)).load());
    };
    expect((await read(500)).value).toBeTypeOf("object");
    for (const levels of [520, 5000]) {
      expect((await read(levels)).error).toMatchObject({ code: "LimitExceeded", limit: "MAX_INLINE_DEPTH" });
    }
  });
});

/** A type with `tuples` of them between one level and the next. */
function wideStep(tuples: number): Schema {
  const Step: Schema = struct({ next: option(row(tuples)) });
  function row(left: number): Schema {
    return left === 0 ? recursive(() => Step) : tuple([row(left - 1)]);
  }
  return Step;
}

describe.each([4, 14, 40])("%i tuples between two levels", (tuples) => {
  test.each([
    ["generated functions", undefined],
    ["closures", false as const],
  ])("%s", async (_name, generation) => {
    setGeneration(generation);
    const Step = wideStep(tuples);
    const decoder = decoderOf(option(Step) as SchemaNode);
    for (const levels of [520, 5000]) {
      const payload = Uint8Array.from([1, ...Array(levels).fill(1), 0]);
      const { error } = await outcome<unknown>(() => decoder.decode(payload));
      expect(error).toMatchObject({ code: "LimitExceeded" });
      // The closures that look for the path end earlier than what was generated, and must not hide why it ended.
      if (generation === undefined) expect(error).toMatchObject({ limit: "MAX_INLINE_DEPTH" });
      const file = new RawFile();
      const bytes = file.finish(file.chunk(payload));
      const read = await outcome<unknown>(() => openSync(bytes, option(Step)).load());
      expect(read.error).toMatchObject({ code: "LimitExceeded", chunkOffset: 0 });
    }
  });
});

test("where the stack ends before every limit, the error is a typed one too", async () => {
  setGeneration(false);
  const Step = (types[1] as (typeof types)[number])[1]();
  const Tree: Schema = struct({ deep: option(Step), kids: chunk(vec(recursive(() => Tree))) });
  const levels = 5000;
  const deep = [1, ...Array(levels).fill(types[1]?.[2]).flat(), 0, ...Array(levels).fill(9)];
  const file = new RawFile();
  let list = file.list([[1, 1]], [file.chunk([1, ...deep], [file.list([], [])])]);
  for (let level = 0; level < 500; level++) list = file.list([[1, 1]], [file.chunk([1, 0], [list])]);
  const bytes = file.finish(file.chunk([0], [list]));
  for (const opened of [
    openSync(bytes, Tree, { maxDepth: 1024 }),
    await open(new Blob([bytes]), Tree, { maxDepth: 1024 }),
  ]) {
    const { error } = await outcome<unknown>(() => opened.load());
    expect(error).toMatchObject({ code: "LimitExceeded", expected: expect.any(String), actual: expect.any(String) });
    // The reader is still there.
    expect((await outcome<unknown>(() => (opened.root as any).kids.count())).value).toBe(1);
  }
});
