/**
 * Source that is made from schemas: the compiler takes it under strict, the formatter leaves it as it is, and what it makes
 * has the same description. One program for all.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import * as library from "parcode-web";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT, runNode } from "../../scripts/process.mjs";
import { describeSchema } from "../../src/describe/describe.ts";
import { readDescription } from "../../src/describe/read.ts";
import { schemaSource } from "../../src/describe/source.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { schemas } from "../support/arbitrary.ts";
import { awkwardSchemas } from "../support/awkward-schemas.ts";

const samples = [...awkwardSchemas, ...fc.sample(schemas, { numRuns: 400, seed: 11 })] as SchemaNode[];
const sources = samples.map((schema) => schemaSource(schema));

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "schema-source-"));
  const config = {
    extends: join(ROOT, "tsconfig.base.json"),
    compilerOptions: {
      rootDir: "/",
      outDir: join(folder, "out"),
      declaration: true,
      noEmit: false,
      noCheck: false,
      types: [],
    },
    include: ["*.ts", join(ROOT, "src/**/*.d.ts")],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await Promise.all(sources.map((source, i) => writeFile(join(folder, `schema${i}.ts`), source)));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("compiles, and makes a schema with the same description", async () => {
  const { output } = await runNode("tsc", ["-p", folder, "--pretty", "false"], { capture: true });
  expect(output.split("\n").filter((line) => line.includes("error TS"))).toEqual([]);
  for (const [i, schema] of samples.entries()) {
    const script = await readFile(join(folder, "out", folder, `schema${i}.js`), "utf8");
    expect(describeSchema(evaluate(script)), sources[i]).toEqual(describeSchema(schema));
  }
}, 120_000);

test("is the same from a description", () => {
  for (const [i, schema] of samples.entries()) {
    expect(schemaSource(readDescription(describeSchema(schema)))).toBe(sources[i]);
  }
});

test("is formatted as this project is", async () => {
  await writeFile(join(folder, "biome.json"), await readFile(join(ROOT, "biome.json"), "utf8"));
  // The formatter would put a name with a double quote between single ones; ours is always between double ones.
  const plain = sources.flatMap((source, i) => (source.includes('\\"') ? [] : [`schema${i}.ts`]));
  expect(plain.length).toBeGreaterThan(400);
  const files = plain.map((name) => join(folder, name));
  const args = ["format", ...files, `--config-path=${folder}`, "--vcs-enabled=false", "--max-diagnostics=8"];
  const { output, code } = await runNode("biome", args, { capture: true });
  expect(code, output).toBe(0);
}, 60_000);

/** Runs an emitted module, with the library in place of its import. */
function evaluate(script: string): SchemaNode {
  const body = script
    .replace(/^import \{([^}]*)\} from "parcode-web";$/m, "const {$1} = library;")
    .replace(/^export const /gm, "const ");
  return new Function("library", `"use strict";\n${body}\nreturn Schema;`)(library) as SchemaNode;
}
