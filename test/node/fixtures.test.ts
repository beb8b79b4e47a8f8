/** The list of the crate's files, which browsers need, has all of them. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixtureNames } from "../support/fixture-names.ts";
import { fixture, fixtureBytes } from "../support/fixtures.ts";

test("the list of names is the folder's", () => {
  const files = readdirSync(new URL("../fixtures/par4/", import.meta.url)).sort();
  const expected = fixtureNames.flatMap((name) => [`${name}.inspect.txt`, `${name}.json`, `${name}.par`]);
  expect(files).toEqual(expected.sort());
});

test("each description is the one of its file", async () => {
  for (const name of fixtureNames) {
    const { name: said, bytes } = await fixture(name);
    expect([said, bytes]).toEqual([name, (await fixtureBytes(name)).length]);
  }
});

test("no text of the crate's inspector was changed by a checkout", () => {
  const text = readFileSync(new URL("../fixtures/par4/game_world.inspect.txt", import.meta.url), "utf8");
  expect(text).not.toMatch(/\r/);
});
