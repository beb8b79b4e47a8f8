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
import { setGeneration } from "../../src/schema/generate.ts";
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
