import { fileURLToPath } from "node:url";
import { build, type Rollup } from "vite";
import { expect, it } from "vitest";

/** The modules that end up in a bundle of an entry, those that are imported later included. */
async function bundled(entry: string): Promise<string[]> {
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
  const chunks = (output as Rollup.RollupOutput[]).flatMap((one) => one.output);
  return chunks.flatMap((chunk) => (chunk.type === "chunk" ? Object.keys(chunk.modules) : []));
}

it("hash-wasm is in no bundle but that of parcode-web/inspect", async () => {
  const ofHashes = (names: string[]): string[] => names.filter((name) => name.includes("hash-wasm"));
  expect(ofHashes(await bundled("src/inspect.ts"))).not.toEqual([]);
  expect(ofHashes(await bundled("src/index.ts"))).toEqual([]);
}, 60_000);
