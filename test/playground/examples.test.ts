// The examples of the playground: what is suggested in each leads somewhere, and their pictures are pictures.
import { inflateSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { EXAMPLES } from "../../playground/start/examples.ts";
import { imageForm } from "../../playground/values/image.ts";
import { isHandle, placeAt } from "../../playground/values/place.ts";
import { contentOfSchema } from "../../playground/values/schema-view.ts";
import { citiesJob } from "../../scripts/main-job/cities.mjs";
import { Cities } from "../../scripts/main-job/schemas.mjs";
import { Atlas, atlasValue } from "../../scripts/playground-examples/atlas.mjs";
import { Words, wordsValue } from "../../scripts/playground-examples/words.mjs";
import { type AsyncFile, open, type Schema, serialize } from "../../src/index.ts";

const files = new Map<string, AsyncFile<unknown, unknown>>();

beforeAll(async () => {
  const { records, source } = await citiesJob.load();
  const some = records.filter(({ country }) => ["DE", "FR", "JP"].includes(country));
  const add = async (name: string, schema: Schema, value: unknown) =>
    files.set(name, (await open(await serialize(schema, value as never))) as AsyncFile<unknown, unknown>);
  await add("cities", Cities, citiesJob.value(some, source));
  await add("words", Words, wordsValue());
  await add("atlas", Atlas, atlasValue(some, source));
}, 60_000);

test("each example has its file", () => {
  expect(EXAMPLES.map(({ name }) => name).sort()).toEqual([...files.keys()].sort());
});

describe.each(EXAMPLES)("$name", ({ name, suggestions, plainField }) => {
  test.each(suggestions)("$title", async ({ to }) => {
    const file = files.get(name) as AsyncFile<unknown, unknown>;
    const root = { schema: contentOfSchema(file.schema as Schema), view: file.root };
    const { schema, view } = await placeAt(root, to.path ?? "", {});
    expect(view).toBeDefined();
    if (schema.kind === "sortedMap") {
      const handle = view as { rangeLazy(options: object): { toArray(): Promise<unknown[]> } };
      const [head = "", ...rest] = (to.find ?? "").split("/");
      const gte = schema.key.kind === "tuple" ? [head, ...rest] : head;
      const [first] = (await handle.rangeLazy(to.find ? { gte, limit: 1 } : { limit: 1 }).toArray()) as [[unknown]];
      expect([first?.[0]].flat().join("/")).toContain(to.find);
    }
    // A column beside it, for the points of a plot.
    if (schema.kind === "typed" && to.find)
      expect(isHandle((file.root as Record<string, unknown>)[to.find])).toBe(true);
  });

  test("has the field that one would write as JSON", () => {
    const { root } = files.get(name) as AsyncFile<Record<string, unknown>, unknown>;
    if (plainField !== "") expect(root).toHaveProperty(plainField);
  });
});

test("a picture of the atlas is one, with something on it", async () => {
  const root = files.get("atlas")?.root as {
    countries: { get(key: string): Promise<{ name: string; picture: Uint8Array; cities: number }> };
    density: { width: number; height: number; values: { load(): Promise<Float32Array> } };
  };
  const { name, picture, cities } = await root.countries.get("JP");
  expect(name).toBe("Japan");
  expect(cities).toBeGreaterThan(1000);
  const { width, height } = imageForm(picture)?.size ?? { width: 0, height: 0 };
  const at = Buffer.from(picture).indexOf("IDAT");
  const data = inflateSync(picture.subarray(at + 4, at + 4 + Buffer.from(picture).readUInt32BE(at - 4)));
  expect(data.length).toBe(height * (width + 1));
  expect(data.filter((byte) => byte > 0).length).toBeGreaterThan(1000);
  const { density } = root;
  expect((await density.values.load()).length).toBe(density.width * density.height);
});
