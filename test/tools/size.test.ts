// What the package costs to download: bundles of small apps, made by rolldown from the built package, minified and gzipped.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type OutputChunk, rolldown } from "rolldown";
import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  exports: Record<string, { default: string }>;
};

interface Bundled {
  /** Minified and gzipped, without WebAssembly, in bytes. */
  readonly bytes: number;
  readonly webAssemblyBytes: number;
  /** Paths below dist/, and packages, of what is in it. */
  readonly modules: readonly string[];
  /** How many files that are: requests, though all at once. */
  readonly files: number;
  /** Of the first one. */
  readonly code: string;
}

/** A module of WebAssembly as text: nothing else is so long and has no blank in it. */
const WEB_ASSEMBLY = /[A-Za-z0-9+/=]{1000,}/g;

/**
 * What an app downloads.
 * @param later Modules that it comes to load while it does its work, with what they import.
 */
async function bundled(app: string, later: readonly string[] = []): Promise<Bundled> {
  const bundle = await rolldown({
    input: "app",
    platform: "browser",
    // What is imported in both ways is in the first bytes, which is what is measured.
    onLog: (level, log, report) => log.code !== "INEFFECTIVE_DYNAMIC_IMPORT" && report(level, log),
    plugins: [
      {
        name: "app",
        resolveId(id) {
          if (id === "app") return id;
          const entry = /^parcode-web(.*)$/.exec(id);
          return entry === null ? undefined : join(ROOT, exports[`.${entry[1]}`]?.default ?? "");
        },
        load: (id) => (id === "app" ? app : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "es", minify: true });
  await bundle.close();
  const chunks = output.filter((part): part is OutputChunk => part.type === "chunk");
  const wanted = new Set(chunks.filter(({ isEntry }) => isEntry));
  for (const name of later) {
    const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(name));
    if (chunk === undefined) throw new Error(`Nothing is loaded later that is ${name}.`);
    wanted.add(chunk);
  }
  for (const { imports } of wanted) {
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) wanted.add(chunk);
  }
  const codes = [...wanted].map(({ code }) => code);
  const total = sum(codes.map(gzipped));
  const bytes = sum(codes.map((code) => gzipped(code.replace(WEB_ASSEMBLY, ""))));
  const modules = [...wanted].flatMap((chunk) => Object.keys(chunk.modules));
  return {
    bytes,
    webAssemblyBytes: total - bytes,
    files: wanted.size,
    code: codes[0] ?? "",
    modules: modules.map((id) => id.replace(/^.*\/(dist|node_modules)\//, "")),
  };
}

function gzipped(code: string): number {
  return gzipSync(code, { level: 9 }).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

const SCHEMA = "struct({ name: str, level: u32, players: hashMap(str, struct({ level: u32 })) })";
const READ = `
import { hashMap, open, str, struct, u32 } from "parcode-web";
globalThis.read = async (url, key) => {
  await using file = await open(url, ${SCHEMA});
  return [file.root.name, await file.root.players.get(key)];
};`;
const READ_SYNC = `
import { hashMap, openSync, str, struct, u32 } from "parcode-web";
globalThis.read = (bytes, key) => openSync(bytes, ${SCHEMA}).root.players.get(key);`;
const WRITE = `
import { hashMap, save, str, struct, u32 } from "parcode-web";
globalThis.write = (target, value) => save(target, ${SCHEMA}, value);`;
const BOTH = READ.replace("open,", "open, save,").replace("globalThis", `globalThis.write = save;\nglobalThis`);
const SCHEMA_ONLY = `import { hashMap, str, struct, u32 } from "parcode-web"; globalThis.schema = ${SCHEMA};`;
const KEY = `
import { orderedKey, str, tuple, u32 } from "parcode-web/key";
globalThis.key = orderedKey(tuple([str, u32]));`;
const ORDCODE = 'import { ordcode } from "parcode-web/key"; globalThis.ordcode = ordcode;';

// Limits are what was reached and 3 %, in kB of 1,000 bytes. Whoever raises one says here what the bytes are for.
describe("an app downloads no more than", () => {
  test.each([
    // HTTP with its checks and retries 7, opening and reading chunks 11, decoding 4.5, mirrors 2.5, schemas and their description 3,
    // errors and options 1.5, checksums and LZ4 3.5. Put together in one file, all that would be 1 smaller.
    ["what opens a file by its URL", READ, [], 36.7],
    // And the kit of maps: hashes of keys, buckets, the handle and its walks.
    ["what reads a field and an entry of a map", READ, ["mirror/kit-map.js"], 45.9],
    // Nothing can come later: other schemas, descriptions and all kits are here from the start.
    ["what reads without promises", READ_SYNC, [], 65.8],
    // Planning, encoding, checking and describing; neither WebAssembly that compresses nor workers. Buckets made by a kernel, and maps
    // that are encoded before the room in front is estimated, take 0.9 more than buckets alone.
    ["what writes", WRITE, [], 36.2],
    ["what reads and writes", BOTH, ["mirror/kit-map.js"], 73.8],
    ["a schema alone", SCHEMA_ONLY, [], 2],
    ["ordered keys", KEY, [], 8.8],
    ["ordcode", ORDCODE, [], 8.6],
  ])("%s", async (_name, app, later, limit) => {
    const { bytes } = await bundled(app, later);
    expect(bytes / 1000).toBeLessThan(limit);
  });

  test("the kernels, as WebAssembly, with a first read; what compresses comes with a write that compresses", async () => {
    expect((await bundled(READ)).webAssemblyBytes).toBeLessThan(3800);
    expect((await bundled(WRITE)).webAssemblyBytes).toBeLessThan(3800);
    expect((await bundled(KEY)).webAssemblyBytes).toBe(0);
    expect((await bundled(WRITE, ["wasm/lz4-wasm.js"])).webAssemblyBytes).toBeGreaterThan(10_000);
  });
});

// One file more is a module that imports another one for a constant alone, which is loaded with something else: bundlers then split
// all that is around the two.
test.each([
  ["what opens a file by its URL", READ, [], 4],
  ["what reads a field and an entry of a map", READ, ["mirror/kit-map.js"], 7],
  ["what writes", WRITE, [], 1],
  ["what reads lists", READ, ["mirror/kit-list.js"], 8],
])("%s comes in few files", async (_name, app, later, limit) => {
  const { files } = await bundled(app, later);
  expect(files).toBeLessThanOrEqual(limit);
});

test("errors have their names where a minifier has shortened those of their classes", async () => {
  const { code } = await bundled(
    'import { InvalidOptionError } from "parcode-web"; export const error = new InvalidOptionError("no", { option: "a" });',
  );
  expect(code).not.toMatch(/class InvalidOptionError/);
  const { error } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  expect(error).toMatchObject({ name: "InvalidOptionError", code: "InvalidOption", option: "a", retryable: false });
});

describe("what is seldom wanted does not come with the first bytes", () => {
  const OF_ALL = [
    "hash-wasm",
    "comlink",
    "idb",
    "blake3",
    "/doctor/",
    "/cli/",
    "lz4-wasm",
    "/worker/",
    "opfs",
    "indexeddb",
  ];

  test.each([
    [
      "of a reader",
      READ,
      [
        ...[
          "/encode/",
          "/graph/",
          "/sink/",
          "src/save",
          "bytes/writer",
          "lz4-compress",
          "/evolve/",
          "describe/read",
          "describe/text",
        ],
        ...[
          "read/tree",
          "read/verify",
          "read/dry-run",
          "mirror/tools",
          "mirror/vec",
          "mirror/map",
          "mirror/sorted-map",
          "mirror/typed",
        ],
        ...["schema/check", "schema/compare", "schema/key", "schema/composites", "schema/older", "schema/descending"],
        ...["schema/value-text", "schema/fixed-size", "schema/copy", "describe/walk", "describe/build"],
        ...["source/blob", "source/metered", "source/full-meter", "source/http-source"],
        ...["errors/others", "errors/plain", "bytes/varint-write", "bytes/utf8-write", "bytes/mismatch"],
        ...["codec/registry", "codec/xxh64-twin", "codec/hash-modulo", "write-options", "file-tools", "read-workers"],
        ...["format/bucket", "format/entry-count", "decode/entries", "mirror/slices"],
        ...["mirror/load-mirror", "mirror/container-handle", "mirror/sync-runner", "read/drive-sync"],
        ...["read/opening-sync", "read/ends", "read/extent", "read/decompress", "read/decoded-part"],
      ],
    ],
    ["of a writer", WRITE, ["src/open", "/read/", "/mirror/", "/source/", "/decode/", "/evolve/"]],
    [
      "of a schema",
      SCHEMA_ONLY,
      ["src/open", "src/save", "/read/", "/mirror/", "/graph/", "/encode/", "/decode/", "/codec/", "wasm/"],
    ],
    [
      "of ordered keys",
      KEY,
      ["/key/ordcode/", "/encode/", "/decode/", "/format/", "/codec/", "/read/", "/graph/", "wasm/"],
    ],
    [
      "of ordcode",
      ORDCODE,
      ["ordered-key", "/encode/", "/decode/", "/format/", "/codec/", "/read/", "/graph/", "wasm/"],
    ],
  ])("%s", async (_name, app, parts) => {
    const { modules } = await bundled(app);
    expect(modules.length).toBeGreaterThan(5);
    expect(modules.filter((id) => [...OF_ALL, ...parts].some((part) => id.includes(part)))).toEqual([]);
  });
});
