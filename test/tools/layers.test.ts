// The layer check itself: a tiny tree that keeps every rule passes, and each rule broken in it is reported where it is broken.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { checkLayers } from "../../scripts/check-layers.mjs";

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

const VALID = {
  "src/errors.ts": "export class E extends Error {}",
  "src/bytes/cursor.ts":
    'import { E } from "../errors.ts";\nexport const view = (b: ArrayBuffer): DataView | E => new DataView(b);',
  "src/format/footer.ts": 'import "../bytes/cursor.ts";\nexport type F = DataView;',
  "src/schema/types.ts": 'import type { E } from "../errors.ts";\nexport type S = E;',
  "src/encode/value.ts": 'import "../schema/types.ts";',
  "src/decode/value.ts": 'import "../schema/types.ts";',
  "wasm/lz4.ts": 'import init from "lz4-wasm";\nexport { init };',
  "src/codec/lz4.ts":
    'import "../../wasm/lz4.ts";\n// A DataView in a comment is none, nor in "a DataView string".\nexport const text = "DataView";',
  "src/codec/executor.ts": "export interface Executor {}",
  "src/worker/pool.ts": 'import type { Executor } from "../codec/executor.ts";\nexport type P = Executor;',
  "src/worker/worker.ts": 'import "../codec/lz4.ts";',
  "src/graph/run.ts":
    'import type { Executor } from "../codec/executor.ts";\nimport "../encode/value.ts";\nexport type X = Executor;',
  "src/sink/memory.ts": "export const sink = 1;",
  "src/source/memory.ts": "export const source = 1;",
  "src/read/drive.ts": 'import "../source/memory.ts";\nimport "../decode/value.ts";',
  "src/mirror/struct.ts": 'import "../read/drive.ts";',
  "src/options.ts": 'import type { sink } from "./sink/memory.ts";\nexport type O = typeof sink;',
  "src/open.ts":
    'import "./mirror/struct.ts";\nimport "./options.ts";\nimport type { X } from "./graph/run.ts";\nexport type Y = X;',
  "src/save.ts": 'import "./graph/run.ts";\nimport "./sink/memory.ts";',
  "src/index.ts": 'export * from "./open.ts";\nexport * from "./save.ts";',
};

/** Writes `VALID` with some files replaced or added. */
async function tree(changes: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "layers-"));
  folders.push(root);
  for (const [path, text] of Object.entries({ ...VALID, ...changes })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

test("a tree that keeps every rule passes", async () => {
  expect(checkLayers(await tree({}))).toEqual([]);
});

test("the script prints each break and ends with code 1", async () => {
  const script = fileURLToPath(new URL("../../scripts/check-layers.mjs", import.meta.url));
  const run = promisify(execFile);
  expect(await run(process.execPath, [script, await tree({})])).toEqual({ stdout: "", stderr: "" });
  const broken = run(process.execPath, [script, await tree({ "src/util.ts": "", "src/misc.ts": "" })]);
  await expect(broken).rejects.toMatchObject({
    code: 1,
    stderr: "src/misc.ts:1: misc is not in the table of layers\nsrc/util.ts:1: util is not in the table of layers\n",
  });
});

const upwards: [from: string, to: string, rule: string][] = [
  ["src/errors.ts", "src/bytes/cursor.ts", "errors may not import bytes; it may import nothing"],
  ["src/bytes/varint.ts", "src/format/footer.ts", "bytes may not import format; it may import errors"],
  ["src/format/chunk.ts", "src/schema/types.ts", "format may not import schema; it may import errors, bytes"],
  ["src/schema/check.ts", "src/codec/lz4.ts", "schema may not import codec; it may import errors, bytes"],
  ["src/key/order.ts", "src/encode/value.ts", "key may not import encode; it may import errors, bytes"],
  ["src/encode/list.ts", "src/decode/value.ts", "encode may not import decode; it may import"],
  ["src/decode/list.ts", "src/encode/value.ts", "decode may not import encode; it may import"],
  ["src/encode/list.ts", "wasm/lz4.ts", "encode may not import wasm; it may import"],
  ["src/codec/none.ts", "src/worker/pool.ts", "codec may not import worker; it may import"],
  ["src/graph/plan.ts", "src/worker/pool.ts", "graph may not import worker; it may import"],
  ["src/graph/plan.ts", "src/sink/memory.ts", "graph may not import sink; it may import"],
  ["src/worker/pool.ts", "src/source/memory.ts", "worker may not import source; it may import"],
  ["src/source/http.ts", "src/read/drive.ts", "source may not import read; it may import"],
  ["src/sink/stream.ts", "src/graph/run.ts", "sink may not import graph; it may import"],
  ["src/read/child.ts", "src/mirror/struct.ts", "read may not import mirror; it may import"],
  ["src/mirror/list.ts", "src/source/memory.ts", "mirror may not import source; it may import"],
  ["src/mirror/list.ts", "src/options.ts", "mirror may not import options; it may import"],
  ["wasm/kernel.ts", "src/codec/lz4.ts", "wasm may not import codec; it may import errors, bytes"],
  ["src/open.ts", "wasm/lz4.ts", "open may not import wasm; it may import"],
];

test.each(upwards)("%s must not import %s", async (from, to, rule) => {
  const up = "../".repeat(from.split("/").length - 1) || "./";
  const breaks = checkLayers(await tree({ [from]: `// Its header.\nimport "${up}${to}";` }));
  expect(breaks).toHaveLength(1);
  expect(breaks[0]).toContain(`${from}:2: ${rule}`);
});

const others: [what: string, changes: Record<string, string>, line: string][] = [
  [
    "an upward type import",
    { "src/read/x.ts": 'import type { S } from "../mirror/struct.ts";' },
    "src/read/x.ts:1: read may not import mirror",
  ],
  [
    "an upward re-export",
    { "src/read/x.ts": '\nexport { S } from "../mirror/struct.ts";' },
    "src/read/x.ts:2: read may not import mirror",
  ],
  [
    "an upward import()",
    { "src/read/x.ts": '\n\nawait import("../mirror/struct.ts");' },
    "src/read/x.ts:3: read may not import mirror",
  ],
  [
    "an upward import() of a type",
    { "src/read/x.ts": 'export type S = import("../mirror/struct.ts").S;' },
    "src/read/x.ts:1: read may not import mirror",
  ],
  [
    "a folder without a layer",
    { "src/util/misc.ts": "export {};" },
    "src/util/misc.ts:1: util is not in the table of layers",
  ],
  [
    "a file without a layer",
    { "src/helpers.ts": "export {};" },
    "src/helpers.ts:1: helpers is not in the table of layers",
  ],
  [
    "an import from outside",
    { "src/read/x.ts": 'import "../../test/x.ts";' },
    "src/read/x.ts:1: ../../test/x.ts is no file of src or wasm",
  ],
  [
    "lz4-wasm outside wasm",
    { "src/codec/x.ts": '\nimport "lz4-wasm/lz4_wasm_bg.js";' },
    "src/codec/x.ts:2: only wasm imports lz4-wasm",
  ],
  [
    "hash-wasm outside wasm",
    { "src/codec/x.ts": 'import { xxhash64 } from "hash-wasm";' },
    "src/codec/x.ts:1: only wasm imports hash-wasm",
  ],
  [
    "a DataView outside bytes and format",
    { "src/codec/x.ts": "// One.\nexport const view = new DataView(new ArrayBuffer(8));" },
    "src/codec/x.ts:2: only bytes and format touch a DataView",
  ],
  [
    "a DataView type outside bytes and format",
    { "wasm/x.ts": "export type View = DataView;" },
    "wasm/x.ts:1: only bytes and format touch a DataView",
  ],
  [
    "a reader that reaches the writer",
    { "src/open.ts": '\nimport "./options.ts";', "src/options.ts": 'import "./save.ts";' },
    "src/open.ts:2: reaches graph (src/open.ts → src/options.ts → src/save.ts → src/graph/run.ts): a reader must not",
  ],
  ["a reader that encodes", { "src/open.ts": 'import "./encode/value.ts";' }, "src/open.ts:1: reaches encode"],
  ["a reader that writes", { "src/open.ts": 'import "./sink/memory.ts";' }, "src/open.ts:1: reaches sink"],
  ["a writer that reads", { "src/save.ts": 'import "./read/drive.ts";' }, "src/save.ts:1: reaches read"],
  [
    "a writer that reaches the mirror",
    { "src/save.ts": 'import "./index.ts";' },
    "src/save.ts:1: reaches mirror (src/save.ts → src/index.ts → src/open.ts → src/mirror/struct.ts)",
  ],
  [
    "a worker that reaches more than codec",
    { "src/worker/worker.ts": 'import "./protocol.ts";', "src/worker/protocol.ts": '\nimport "../encode/value.ts";' },
    "src/worker/worker.ts:1: reaches encode (src/worker/worker.ts → src/worker/protocol.ts → src/encode/value.ts): the worker sees only codec",
  ],
];

test.each(others)("%s is reported", async (_, changes, line) => {
  expect(checkLayers(await tree(changes))).toContainEqual(expect.stringContaining(line));
});
