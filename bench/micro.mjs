// Where time goes inside this library: pieces that its users do not see, taken from its build. A piece that has moved is left out
// of the table, and the rest is measured.
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { worldSchema } from "./contenders/parcode.mjs";
import { table } from "./report.mjs";
import { median } from "./stats.mjs";
import { makeWorld, sampleNames } from "./world.mjs";

const BUILT = fileURLToPath(new URL("../dist", import.meta.url));
const CHUNK_BYTES = 128 * 1024;
const CHUNKS = 16;

/** @returns {Promise<string>} A table in Markdown. */
export async function runMicro({ library = BUILT, isQuick }) {
  const part = (path) => import(pathToFileURL(join(resolve(library), path)).href);
  const context = { part, world: makeWorld("a"), milliseconds: isQuick ? 60 : 500 };
  const rows = [];
  for (const piece of [codecs, lz4, hashes]) {
    try {
      rows.push(...(await piece(context)));
    } catch (error) {
      rows.push([`${piece.name}: not measured (${error.message.split("\n")[0]})`, "", ""]);
    }
  }
  const text = table(["", "each", "rate"], rows);
  return `## Inside this library\n\nMedians in one process, once the code is compiled.\n\n${text}`;
}

/** Records to bytes and back, by generated code and by the closures that replace it where code must not be generated. */
async function codecs({ part, world, milliseconds }) {
  const [main, generate, decode, encode, writer, reader, check] = await Promise.all([
    part("src/index.js"),
    part("src/schema/generate.js"),
    part("src/decode/decode.js"),
    part("src/encode/encode.js"),
    part("src/bytes/writer.js"),
    part("src/bytes/reader.js"),
    part("src/schema/check.js"),
  ]);
  const { roster } = world;
  const times = {};
  const samples = {};
  for (const [mode, setting] of [
    ["generated", undefined],
    ["closures", false],
  ]) {
    generate.setGeneration(setting);
    const schema = worldSchema(main).fields.roster.inner;
    const write = encode.encoderOf(schema);
    const bytes = new writer.ByteWriter();
    const encodeAll = () => {
      bytes.reset();
      write(bytes, roster);
    };
    encodeAll();
    const payload = bytes.peek().slice();
    // A decoder reads its first single values by closures; this is what those who have many to read take.
    const { read } = decode.decoderOf(schema);
    samples[mode] = { encode: encodeAll, decode: () => read(new reader.ByteReader(payload)), payload, schema };
  }
  generate.setGeneration(undefined);
  for (const [mode, { encode: encodeAll, decode: decodeAll }] of Object.entries(samples)) {
    times[mode] = { encode: time(encodeAll, milliseconds), decode: time(decodeAll, milliseconds) };
  }
  const { payload, schema } = samples.generated;
  const row = (name, value) => [name, perItem(value, roster.length), rate(payload.length, value)];
  const ratio = (way) => (times.closures[way] / times.generated[way]).toFixed(1);
  return [
    row("a roster entry to bytes, generated code", times.generated.encode),
    row(`closures instead: ${ratio("encode")} times`, times.closures.encode),
    row("bytes to a roster entry, generated code", times.generated.decode),
    row(`closures instead: ${ratio("decode")} times`, times.closures.decode),
    row(
      "check of a roster entry before a write",
      time(() => check.measure(schema, roster), milliseconds),
    ),
  ];
}

async function lz4({ part, world, milliseconds }) {
  const [{ lz4: codec, loadLz4 }, { encodeSizedBlock }] = await Promise.all([
    part("src/codec/lz4.js"),
    part("src/codec/lz4-compress.js"),
  ]);
  await loadLz4();
  const chunks = Array.from({ length: CHUNKS }, (_, i) => world.asset.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES));
  const stored = chunks.map((chunk) => codec.encode(chunk));
  const ratio = (CHUNKS * CHUNK_BYTES) / stored.reduce((total, { length }) => total + length, 0);
  const all = (work, items) => time(() => items.forEach((item) => void work(item)), milliseconds);
  const row = (name, value) => [name, perItem(value, CHUNKS), rate(CHUNKS * CHUNK_BYTES, value)];
  return [
    row(
      `LZ4 of 128 KiB of the asset (${ratio.toFixed(2)} : 1)`,
      all((chunk) => codec.encode(chunk), chunks),
    ),
    row("the same without WebAssembly", all(encodeSizedBlock, chunks)),
    row(
      "LZ4 back to 128 KiB",
      all((bytes) => codec.decode(bytes, CHUNK_BYTES), stored),
    ),
  ];
}

async function hashes({ part, milliseconds, world }) {
  const [main, key, { xxh64 }] = await Promise.all([
    part("src/index.js"),
    part("src/schema/key.js"),
    part("src/codec/xxh64.js"),
  ]);
  const names = sampleNames("a", 1000);
  const out = new Uint32Array(2);
  const keys = names.map((name) => key.keyBytes(main.str, name).slice());
  const asset = world.asset.subarray(0, 1_000_000);
  const toBytes = () => names.forEach((name) => void key.keyBytes(main.str, name));
  const hash = () => keys.forEach((bytes) => void xxh64(bytes, 0, bytes.length, out));
  const large = time(() => xxh64(asset, 0, asset.length, out), milliseconds);
  return [
    ["a player's name to the bytes that are hashed", perItem(time(toBytes, milliseconds), names.length), ""],
    ["XXH64 of those (about 15 bytes)", perItem(time(hash, milliseconds), names.length), ""],
    ["XXH64 of 1 MB", perItem(large, 1), rate(asset.length, large)],
  ];
}

/** Milliseconds of a call: the median of as many as fit into the time, after a third of it to warm up. */
function time(work, milliseconds) {
  const warm = performance.now() + milliseconds / 3;
  while (performance.now() < warm) work();
  const times = [];
  const end = performance.now() + milliseconds;
  do {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  } while (performance.now() < end);
  return median(times);
}

function perItem(milliseconds, items) {
  const nanoseconds = (milliseconds * 1e6) / items;
  if (nanoseconds >= 1e6) return `${(nanoseconds / 1e6).toFixed(2)} ms`;
  return nanoseconds >= 2000 ? `${(nanoseconds / 1e3).toFixed(1)} µs` : `${nanoseconds.toFixed(0)} ns`;
}

const rate = (bytes, milliseconds) => `${(bytes / milliseconds / 1e3).toFixed(0)} MB/s`;
