import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startFileServer } from "../../../scripts/main-job/server.mjs";
import { schemaSource } from "../../../src/describe/source.ts";
import {
  chunk,
  hashMap,
  type Infer,
  open,
  serialize,
  serializeSync,
  str,
  struct,
  u32,
  u64,
  vec,
} from "../../../src/index.ts";
import { inspect } from "../../../src/inspect.ts";
import { nodeOf } from "../../../src/schema/node.ts";
import { buildCommandLine, type CommandLine, outcomeOf } from "./run-cli.ts";

const Player = struct({ level: u32, inventory: chunk(vec(u32)) });
const World = struct({
  id: u64,
  players: hashMap(str, Player),
  list: chunk(vec(struct({ n: u32, text: str })), { compression: "lz4" }),
});
const SCHEMA_MODULE = `
import { chunk, hashMap, str, struct, u32, u64, vec } from "./library.js";
const Player = struct({ level: u32, inventory: chunk(vec(u32)) });
export const World = struct({
  id: u64,
  players: hashMap(str, Player),
  list: chunk(vec(struct({ n: u32, text: str })), { compression: "lz4" }),
});
export const notASchema = 1;
`;
const world: Infer<typeof World> = {
  id: 2n ** 63n,
  players: new Map([
    ["Hero123", { level: 7, inventory: [1, 2, 3] }],
    ["a.b", { level: 8, inventory: [] }],
  ]),
  list: Array.from({ length: 50_000 }, (_, n) => ({ n, text: `item number ${n}` })),
};

let cli: CommandLine;
let bytes: Uint8Array<ArrayBuffer>;
let file = "";
const servers: Server[] = [];

beforeAll(async () => {
  cli = await buildCommandLine();
  bytes = await serialize(World, world);
  file = put("world.par", bytes);
  put("schema.mjs", SCHEMA_MODULE);
  put("two.mjs", `${SCHEMA_MODULE}\nexport { Player };`);
  put("none.mjs", "export const x = 1;");
  put("broken.mjs", "export const = 1;");
}, 120_000);
afterAll(async () => {
  for (const server of servers) server.close();
  await cli?.remove();
});

function put(name: string, content: string | Uint8Array): string {
  writeFileSync(join(cli.folder, name), content);
  return name;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/world.par`;
}

const cat = (path: string, ...more: string[]) => cli.run("cat", file, path, "--schema", "schema.mjs", ...more);

describe("inspect", () => {
  test("prints the tree of chunks, letter by letter as the library gives it", async () => {
    const { code, out, err } = await cli.run("inspect", file);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe((await inspect(bytes)).describe());
    expect(out).toMatch(/^struct \{ id: u64, .* [\d,]+ B at [\d,]+\n/);
    expect(out).toMatch(/├─ players: hashMap<str, .*> · [\d,]+ B at [\d,]+\n/);
    expect(out).toMatch(/└─ list: vec<struct \{ n: u32, text: str \}> · /);
    expect(out).toMatch(/├─ \[0\] · [\d,]+ B at [\d,]+, lz4\n/);
    expect(out).toMatch(/└─ inventory: vec<u32> · /);
  });

  test("--plain, or a file that does not describe itself: as the Rust crate prints it", async () => {
    const { out } = await cli.run("inspect", file, "--plain");
    expect(out).toBe(String(await inspect(bytes)));
    expect(out).toContain("└── [Generic Container]");
    const plain = serializeSync(World, world, { compatibility: "parcode" });
    const other = await cli.run("inspect", put("plain.par", plain));
    expect(other.out).toBe(String(await inspect(plain)));
  });

  test("--json is the same tree for programs", async () => {
    const { out } = await cli.run("inspect", file, "--json");
    const { root, chunks, version } = await inspect(bytes);
    expect(JSON.parse(out)).toMatchObject({ root: JSON.parse(JSON.stringify(root)), chunks, version });
  });
});

describe("schema", () => {
  test("prints the source of the schema that reads the file", async () => {
    const { code, out, err } = await cli.run("schema", file);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(schemaSource(nodeOf(World)));
    put("printed.mjs", out.replace('"parcode-web"', '"./library.js"'));
    expect((await cli.run("cat", file, "id", "--schema", "printed.mjs#Schema")).out).toBe('"9223372036854775808"\n');
  });

  test("of a file that does not describe itself is an error", async () => {
    const name = put("plain.par", serializeSync(World, world, { compatibility: "parcode" }));
    expect(await cli.run("schema", name)).toMatchObject({ code: 1, out: "" });
  });
});

describe("optimize", () => {
  test("writes the file again, in front or at the end, also over itself", async () => {
    const stream = put("stream.par", await serialize(World, world, { layout: "stream" }));
    const { code, out, err } = await cli.run("optimize", stream, "fast.par");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^fast\.par: \d+ chunks, [\d,]+ bytes; over HTTP one request opens it\.\n$/);
    expect(readFileSync(join(cli.folder, "fast.par"), "latin1").slice(0, 4)).toBe("PARX");
    expect((await cli.run("cat", "fast.par", "list[-1]", "--json")).out).toBe(
      '{"n":49999,"text":"item number 49999"}\n',
    );
    expect((await cli.run("optimize", "fast.par", "fast.par", "--layout", "stream")).out).toContain(
      "2 requests open it",
    );
    expect(readFileSync(join(cli.folder, "fast.par")).equals(readFileSync(join(cli.folder, stream)))).toBe(true);
  });
});

describe("a pin", () => {
  test("comes with BLAKE3, and is the same where the file is verified", async () => {
    const { out } = await cli.run("optimize", file, "pinned.par", "--checksums", "blake3");
    const pin = /^integrity: (blake3-\S{44})$/m.exec(out)?.[1] ?? "";
    expect((await cli.run("verify", "pinned.par")).out).toContain(`by blake3.\nintegrity: ${pin}\n`);
    const pinned = readFileSync(join(cli.folder, "pinned.par"));
    expect((await open(new Uint8Array(pinned), World, { integrity: pin })).pin).toBe(pin);
    await cli.run("optimize", "pinned.par", "unguarded.par", "--checksums", "none");
    expect((await cli.run("verify", "unguarded.par")).out).toContain("without checksums");
  });
});

describe("verify", () => {
  test("says that a whole file is whole", async () => {
    const { code, out } = await cli.run("verify", file);
    expect(code).toBe(0);
    expect(out).toMatch(/^world\.par is whole: \d+ chunks of [\d,]+ bytes, [\d,]+ decompressed, by xxh64\.\n$/);
    const opened = await open(bytes);
    const { out: json } = await cli.run("verify", file, "--json");
    expect(JSON.parse(json)).toEqual(await opened.verify());
  });

  test("ends with code 1 at a damaged chunk, and says which", async () => {
    const { root } = await inspect(bytes);
    const shard = root.children[1]?.children[0];
    if (shard === undefined) throw new Error("The list has a shard.");
    const damaged = bytes.slice();
    damaged.fill(0xff, shard.offset, shard.offset + 4);
    const { code, out, err } = await cli.run("verify", put("damaged.par", damaged));
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(new RegExp(`^parcode: ChecksumMismatch: .*offset ${shard.offset}\\b.*\\n$`));
  });

  test("ends with code 1 at a file that was cut off, and at one that is none", async () => {
    const cut = await cli.run("verify", put("cut.par", bytes.subarray(0, -5)));
    expect(cut.code).toBe(1);
    expect(cut.err).toMatch(/^parcode: NotAParcodeFile: cut\.par .*\n$/);
    const missing = await cli.run("verify", "missing.par");
    expect(missing.code).toBe(1);
    expect(missing.err).toMatch(/^parcode: SourceUnavailable: missing\.par: .*no such file.*\n$/);
  });

  test("--fingerprint also prints a hash over all bytes", async () => {
    const sha256 = `sha256-${createHash("sha256").update(bytes).digest("hex")}`;
    const { code, out } = await cli.run("verify", file, "--fingerprint", "sha256");
    expect(code).toBe(0);
    expect(out).toMatch(/^world.par is whole: .*\n/);
    expect(out.endsWith(`\n${sha256}\n`)).toBe(true);
    const { out: json } = await cli.run("verify", file, "--fingerprint=sha256", "--json");
    expect(JSON.parse(json)).toMatchObject({ fingerprint: sha256, unusedBytes: 0 });
    const damaged = await cli.run("verify", put("short.par", bytes.subarray(0, -5)), "--fingerprint", "crc32");
    expect(damaged).toMatchObject({ code: 1, out: "" });
  });
});

describe("cat", () => {
  test.each([
    ["id", '"9223372036854775808"'],
    ['players["Hero123"].level', "7"],
    ["players.Hero123.inventory", "[1,2,3]"],
    ["players['a.b']", '{"level":8,"inventory":[]}'],
    ["list[3]", '{"n":3,"text":"item number 3"}'],
    ["list[-1].n", "49999"],
    ["list[10:12]", '[{"n":10,"text":"item number 10"},{"n":11,"text":"item number 11"}]'],
    ["list[49999:]", '[{"n":49999,"text":"item number 49999"}]'],
    ["list[5:5]", "[]"],
  ])("%s", async (path, expected) => {
    expect(await cat(path, "--json")).toEqual({ code: 0, out: `${expected}\n`, err: "" });
  });

  test("everything, on one line and laid out, is the whole value", async () => {
    const plain = {
      id: String(world.id),
      players: Object.fromEntries(world.players),
      list: world.list,
    };
    for (const layout of [["--json"], []]) {
      const { code, out } = await cli.run("cat", file, "--schema", "schema.mjs#World", ...layout);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toEqual(plain);
      expect(out.split("\n").length > 2).toBe(layout.length === 0);
    }
  });

  test.each([
    ["nope", "the root has no nope; its fields are: id, players, list"],
    ["players.Nobody", "players has no entry .Nobody"],
    ["list[50000]", "list has no [50000]: it has [0] to [49999]"],
    ["id.x", "id is of the kind u64, so it has no .x"],
  ])("%s is not there", async (path, message) => {
    expect(await cat(path)).toEqual({ code: 1, out: "", err: `parcode: ${message}\n` });
  });

  test.each(['players["Hero', "a..b", "list[Hero123]"])("%s is no path", async (path) => {
    const { code, err } = await cat(path);
    expect(code).toBe(2);
    expect(err).toMatch(/^parcode: the path .* cannot be read: .*\n$/);
  });

  test("a file that describes itself needs no schema", async () => {
    expect((await cli.run("cat", file, "players.Hero123.level")).out).toBe("7\n");
    expect((await cli.run("cat", file, 'players["a.b"]', "--json")).out).toBe('{"level":8,"inventory":[]}\n');
    const whole = await cli.run("cat", file);
    expect(whole.out).toBe((await cli.run("cat", file, "--schema", "schema.mjs")).out);
    expect((await cli.run("cat", file, "players.Hero123.mana")).err).toContain("level, inventory");
  });

  test("of a file that does not it prints the structure and says so, and a path is refused", async () => {
    const plain = serializeSync(World, world, { compatibility: "parcode" });
    const name = put("plain.par", plain);
    const { code, out, err } = await cli.run("cat", name);
    expect([code, out]).toEqual([0, String(await inspect(plain))]);
    expect(err).toMatch(/^parcode: this is the structure only: .*--schema.*\n$/);
    const refused = await cli.run("cat", name, "id");
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.err).toMatch(/^parcode: plain\.par has no description of its schema: .*--schema/);
  });

  test("a pipe that closes early ends it quietly", async () => {
    const child = cli.start("cat", file, "--schema", "schema.mjs");
    const outcome = outcomeOf(child);
    await once(child.stdout as NodeJS.ReadableStream, "data");
    child.stdout?.destroy();
    expect(await outcome).toMatchObject({ code: 0, err: "" });
  });
});

describe("schema modules", () => {
  test.each([
    ["missing.mjs", "the schema module missing.mjs does not exist"],
    ["none.mjs", "none.mjs exports no schema by default; it exports no schema at all"],
    ["two.mjs", "two.mjs exports no schema by default; there is #Player, #World"],
    ["two.mjs#Other", "two.mjs exports no schema Other; there is #Player, #World"],
    ["schema.mjs#notASchema", "schema.mjs exports no schema notASchema; there is #World"],
    ["broken.mjs", "the schema module broken.mjs does not load: SyntaxError: "],
  ])("%s", async (schema, message) => {
    const { code, err } = await cli.run("cat", file, "id", "--schema", schema);
    expect(code).toBe(1);
    expect(err).toContain(`parcode: ${message}`);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  test("a schema by its name", async () => {
    expect((await cli.run("cat", file, "id", "--schema", "two.mjs#World")).out).toBe('"9223372036854775808"\n');
  });

  test("a schema that does not fit the file is an error with a path", async () => {
    put("wrong.mjs", 'import { str, struct } from "./library.js"; export default struct({ name: str, more: str });');
    const { code, err } = await cli.run("cat", file, "--schema", "wrong.mjs");
    expect(code).toBe(1);
    expect(err).toMatch(/^parcode: (CorruptChunk|SchemaIncompatible): .*\n$/);
  });
});

describe("URLs", () => {
  test("a lookup reads a bucket and not the file", async () => {
    const server = await startFileServer({ "world.par": { path: join(cli.folder, file) } });
    const url = `${server.url}/world.par`;
    const { code, out } = await cli.run("cat", url, "list[40000].text", "--schema", "schema.mjs");
    const { requests, bytes: sent } = server.traffic();
    await server.close();
    expect([code, out]).toEqual([0, '"item number 40000"\n']);
    expect(requests).toBeLessThanOrEqual(3);
    expect(sent).toBeLessThan(bytes.length);
  });

  test("--header goes with each request", async () => {
    const url = await serve((request, response) => {
      if (request.headers["x-token"] !== "a:b c") response.writeHead(403).end();
      else response.writeHead(200, { "Content-Length": small.length }).end(small);
    });
    const small = await serialize(struct({ n: u32 }), { n: 1 });
    expect((await cli.run("verify", url)).err).toMatch(/^parcode: SourceUnavailable: .*403.*\n$/);
    expect(await cli.run("verify", url, "--header", "X-Token: a:b c")).toMatchObject({ code: 0, err: "" });
  });

  test("Ctrl-C ends a wait for the server", async () => {
    let requested = (): void => undefined;
    const request = new Promise<void>((resolve) => {
      requested = resolve;
    });
    const url = await serve(() => requested());
    const child = cli.start("inspect", url);
    const outcome = outcomeOf(child);
    await request;
    child.kill("SIGINT");
    expect(await outcome).toEqual({ code: 130, out: "", err: "parcode: interrupted\n" });
  });
});

describe("usage", () => {
  test("--help and --version", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(await cli.run("--version")).toEqual({ code: 0, out: `${version}\n`, err: "" });
    const { code, out, err } = await cli.run("cat", "--help");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Usage: parcode inspect {2}FILE\|URL/);
  });

  test.each([
    [[], "a command is missing"],
    [["list", "x"], 'there is no command "list"'],
    [["inspect"], "inspect needs a FILE or URL"],
    [["verify", "a", "--fingerprint", "md5"], '--fingerprint is one of sha256, blake3, crc32, and not "md5"'],
    [["inspect", "a", "--fingerprint", "sha256"], "inspect takes no --fingerprint; verify does"],
    [["verify", "a", "b"], '"b" is one argument too many for verify'],
    [["inspect", "--depth", "x"], "Unknown option '--depth'"],
    [["inspect", "x", "--schema", "y"], "inspect takes no --schema; cat does"],
    [["cat", "x", "--plain"], "cat takes no --plain; inspect does"],
    [["optimize", "x"], "optimize needs the name of the file to write, too"],
    [["optimize", "x", "y", "--checksums", "z"], '--checksums is xxh64, blake3 or none, and not "z"'],
    [["optimize", "x", "y", "--layout", "z"], '--layout is faststart or stream, and not "z"'],
    [["verify", "x", "--header", "A: b"], "--header is for URLs, and the target is a file"],
    [["verify", "http://x/", "--header", "A"], '--header needs "Name: value", and is "A"'],
  ])("%j is refused with code 2", async (words, message) => {
    const { code, out, err } = await cli.run(...words);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toBe(`parcode: ${message} (parcode --help shows what there is)\n`);
  });
});
