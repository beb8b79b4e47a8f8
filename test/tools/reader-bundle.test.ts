import { fileURLToPath } from "node:url";
import { build, type Rollup } from "vite";
import { expect, it } from "vitest";

/** The modules that a bundle of an entry loads at once, and those that it loads when they are needed. */
async function bundled(entry: string): Promise<{ first: string[]; later: string[] }> {
  const output = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      minify: false,
      target: "es2022",
      lib: { entry: fileURLToPath(new URL(`../../${entry}`, import.meta.url)), formats: ["es"] },
    },
  });
  const chunks = (output as Rollup.RollupOutput[]).flatMap((one) => one.output).filter((one) => one.type === "chunk");
  const first = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const chunk of first) for (const one of chunks) if (chunk.imports.includes(one.fileName)) first.add(one);
  const modulesOf = (some: readonly Rollup.OutputChunk[]) => some.flatMap(({ modules }) => Object.keys(modules));
  return { first: modulesOf([...first]), later: modulesOf(chunks.filter((chunk) => !first.has(chunk))) };
}

const named = (names: readonly string[], part: string): string[] => names.filter((name) => name.includes(part));

it("what few files need is loaded when one does: hash-wasm, BLAKE3 of a reader, descriptions, other schemas", async () => {
  const { first, later } = await bundled("src/open.ts");
  for (const part of ["hash-wasm", "blake3", "/describe/read", "/describe/build", "/evolve/"]) {
    expect(named(first, part)).toEqual([]);
    expect(named(later, part)).not.toEqual([]);
  }
  // What compares a file's description with the schema; nothing is described for it.
  expect(named(first, "/describe/").map((name) => name.replace(/.*\//, ""))).toEqual(
    expect.arrayContaining(["agree.ts", "meaning.ts", "table.ts"]),
  );
  expect(named(first, "/describe/collect")).toEqual([]);
  expect(named(first, "/describe/describe.ts")).toEqual([]);
  expect(named((await bundled("src/index.ts")).first, "hash-wasm")).toEqual([]);
  expect(named((await bundled("src/inspect.ts")).first, "hash-wasm")).toEqual([]);
}, 60_000);
