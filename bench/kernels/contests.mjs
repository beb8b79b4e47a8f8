// What is measured: each kernel beside its TypeScript twin and, where there is one, other people's WebAssembly. Every
// contestant's answer is compared with the first one's before it runs.
import { createXXHash64 } from "hash-wasm";
import { ByteReader } from "../../src/bytes/reader.ts";
import { ByteWriter } from "../../src/bytes/writer.ts";
import { decodeSizedBlock } from "../../src/codec/lz4-block.ts";
import { formatHash } from "../../src/codec/xxh64.ts";
import { xxh64Twin } from "../../src/codec/xxh64-twin.ts";
import { readTypedInto } from "../../src/decode/typed.ts";
import { keyBytes } from "../../src/schema/key.ts";
import { typedArrayClass } from "../../src/schema/typed-array.ts";
import { corpora, randomU32 } from "../../test/codec/corpora.ts";
import { fromBase64 } from "../../wasm/base64.ts";
import { KernelInstance } from "../../wasm/kernel-instance.ts";
import { kernelsBase64 } from "../../wasm/kernels.bytes.ts";
import { kernels } from "../../wasm/kernels.ts";
import { lz4Wasm } from "../../wasm/lz4-wasm.ts";

const PREFIX = 4;
const STR_END = 0xff;
const STR = { kind: "str" };

/** A chunk as it usually is, and one as workers get it. */
const CHUNK_BYTES = 128 * 1024;
const BATCH_BYTES = 1024 * 1024;

/**
 * @param {((stored: Uint8Array) => Uint8Array) | undefined} native A decoder of stored blocks in native code, where there is one.
 * @returns {Promise<import("./contest.mjs").Contest[]>}
 */
export async function allContests(native) {
  const hasher = await createXXHash64();
  return [
    ...["text", "floats", "records", "zeros", "noise"].map((kind) => lz4(kind, CHUNK_BYTES, native)),
    ...[BATCH_BYTES, 1000, 100].map((byteLength) => lz4("text", byteLength, native)),
    ...[8, 16, 24, 32, 64].map((length) => keys(length, hasher)),
    ...[8, 16, 32, 64, 256].map((length) => shortBytes(length, hasher)),
    ...[1024, CHUNK_BYTES, BATCH_BYTES].map((length) => chunkHash(length, hasher)),
    ...Object.keys(DISTRIBUTIONS).map((name) => varints("u32", name, 100_000)),
    ...["u16", "i32", "u64", "i64", "uint", "int"].map((kind) => varints(kind, "mixed", 100_000)),
    ...[10, 100, 1000, 32_768].map((count) => varints("u32", "mixed", count)),
  ];
}

function lz4(kind, byteLength, native) {
  const payload = corpora[kind](byteLength, 1);
  const stored = lz4Wasm.compress(payload);
  const target = new Uint8Array(byteLength);
  const inPlace = (use) => kernels.withDecodedBlock(stored, PREFIX, byteLength, use);
  inPlace((view) => same(view, payload));
  same(kernels.decodeBlock(stored, PREFIX, byteLength), payload);
  if (native !== undefined) same(native(stored), payload);
  return {
    title: `LZ4 decode, ${kind}, ${byteLength} B (ratio ${(byteLength / stored.length).toFixed(2)})`,
    unit: "MB/s",
    amount: byteLength,
    contestants: {
      "lz4-wasm": repeat(() => lz4Wasm.decompress(stored)),
      twin: repeat(() => decodeSizedBlock(stored, byteLength)),
      "kernel, bytes of their own": repeat(() => kernels.decodeBlock(stored, PREFIX, byteLength)),
      "kernel, into a buffer": repeat(() => inPlace((view) => target.set(view))),
      "kernel, in place": repeat(() => inPlace((view) => view[0])),
      "kernel, stored bytes there already": repeat(decodeThere(stored, byteLength)),
      ...(native === undefined ? {} : { "lz4-napi, native code": repeat(() => native(stored)) }),
    },
  };
}

/** The kernel alone: what is left once no byte goes in or out. */
function decodeThere(stored, byteLength) {
  const instance = new KernelInstance(new WebAssembly.Instance(new WebAssembly.Module(fromBase64(kernelsBase64))));
  const source = instance.free;
  const sourceEnd = source + stored.length - PREFIX;
  const target = instance.behind(sourceEnd);
  if (!instance.reserve(instance.behind(target + byteLength))) throw new Error("no memory");
  instance.bytes.set(stored.subarray(PREFIX), source);
  return () => instance.exports.decodeBlock(source, sourceEnd, target, target + byteLength);
}

/** A thousand keys, as maps have them. */
function keys(length, hasher) {
  const random = randomU32(length);
  const texts = Array.from({ length: 1000 }, () =>
    String.fromCharCode(...Array.from({ length }, () => 97 + (random() % 26))),
  );
  const out = new Uint32Array(2);
  const viaBytes = (hash) => (text) => {
    const bytes = keyBytes(STR, text);
    hash(bytes, 0, bytes.length, out);
    return formatHash(out[0], out[1]);
  };
  const hashText = (text) => {
    kernels.hashText(text, STR_END, out);
    return formatHash(out[0], out[1]);
  };
  const text = texts[7];
  const expected = viaBytes(xxh64Twin)(text);
  equal(hashText(text), expected);
  equal(viaBytes((...all) => kernels.hash(...all))(text), expected);
  return {
    title: `XXH64 of keys of ${length} B, as strings`,
    unit: "ns",
    amount: texts.length,
    contestants: {
      "hash-wasm, string": each(texts, (key) => hasher.init().update(key).digest()),
      "key bytes, twin": each(texts, (key) => {
        const bytes = keyBytes(STR, key);
        xxh64Twin(bytes, 0, bytes.length, out);
      }),
      "key bytes, kernel": each(texts, (key) => {
        const bytes = keyBytes(STR, key);
        kernels.hash(bytes, 0, bytes.length, out);
      }),
      "kernel, text": each(texts, (key) => kernels.hashText(key, STR_END, out)),
    },
  };
}

function shortBytes(length, hasher) {
  const keys = Array.from({ length: 1000 }, (_, index) => corpora.noise(length, index));
  const out = new Uint32Array(2);
  hashersAgree(keys[3], hasher);
  return {
    title: `XXH64 of keys of ${length} B, as bytes`,
    unit: "ns",
    amount: keys.length,
    contestants: {
      "hash-wasm, bytes": each(keys, (key) => hasher.init().update(key).digest("binary")),
      twin: each(keys, (key) => xxh64Twin(key, 0, key.length, out)),
      kernel: each(keys, (key) => kernels.hash(key, 0, key.length, out)),
    },
  };
}

function chunkHash(byteLength, hasher) {
  const bytes = corpora.noise(byteLength, 1);
  const out = new Uint32Array(2);
  hashersAgree(bytes, hasher);
  return {
    title: `XXH64 of ${byteLength} B`,
    unit: "MB/s",
    amount: byteLength,
    contestants: {
      "hash-wasm": repeat(() => hasher.init().update(bytes).digest("binary")),
      twin: repeat(() => xxh64Twin(bytes, 0, byteLength, out)),
      kernel: repeat(() => kernels.hash(bytes, 0, byteLength, out)),
    },
  };
}

function hashersAgree(bytes, hasher) {
  const out = new Uint32Array(2);
  const expected = hasher.init().update(bytes).digest();
  xxh64Twin(bytes, 0, bytes.length, out);
  equal(formatHash(out[0], out[1]), expected);
  kernels.hash(bytes, 0, bytes.length, out);
  equal(formatHash(out[0], out[1]), expected);
}

/** Values below 2^16 or 2^32 by a random number from 0 to 1 and one of 32 bits. */
const DISTRIBUTIONS = {
  "all below 251": (_, bits) => bits % 251,
  mixed: (share, bits) => (share < 0.7 ? bits % 251 : share < 0.9 ? bits % 65_536 : bits),
  "all of 3 bytes": (_, bits) => 251 + (bits % 60_000),
  "all of 5 bytes": (_, bits) => 65_536 + (bits >>> 1),
};

function varints(kind, distribution, count) {
  const random = randomU32(count);
  const values = new (typedArrayClass(kind))(count);
  for (let index = 0; index < count; index++) {
    const value = DISTRIBUTIONS[distribution](random() / 2 ** 32, random());
    values[index] = kind.endsWith("64") ? BigInt(value) : value;
  }
  const writer = new ByteWriter();
  writer.varint(count);
  const start = writer.byteLength;
  for (const value of values) writer[kind](value);
  const bytes = writer.finish();
  const target = new (typedArrayClass(kind))(count);
  const stored = lz4Wasm.compress(bytes);
  // A function of its own for each kind, as the library has them: the engine sees one method in it.
  const oneByOne = new Function(
    "reader",
    "target",
    `const count = reader.length(1); for (let i = 0; i < count; i++) target[i] = reader.${kind}();`,
  );
  const check = () => {
    same(new Uint8Array(target.buffer), new Uint8Array(values.buffer));
    target.fill(values[0] === 0n || kind.endsWith("64") ? 0n : 0);
  };
  readTypedInto(new ByteReader(bytes), kind, target, 0, count);
  check();
  oneByOne(new ByteReader(bytes), target);
  check();
  equal(String(kernels.decodeVarints(kind, bytes, start, target, 0, count).count), String(count));
  check();
  return {
    title: `varints, ${kind}, ${distribution}, ${count} elements`,
    unit: "ns",
    amount: count,
    contestants: {
      loop: repeat(() => oneByOne(new ByteReader(bytes), target)),
      "as a typed array is read": repeat(() => readTypedInto(new ByteReader(bytes), kind, target, 0, count)),
      kernel: repeat(() => kernels.decodeVarints(kind, bytes, start, target, 0, count)),
      "kernel, bytes in its memory": (times) =>
        kernels.withDecodedBlock(stored, PREFIX, bytes.length, (view) => {
          for (let time = 0; time < times; time++) kernels.decodeVarints(kind, view, start, target, 0, count);
        }),
    },
  };
}

function repeat(run) {
  return (times) => {
    for (let time = 0; time < times; time++) run();
  };
}

function each(items, run) {
  return (times) => {
    for (let time = 0; time < times; time++) {
      for (const item of items) run(item);
    }
  };
}

function same(actual, expected) {
  equal(String(actual.length), String(expected.length));
  const index = expected.findIndex((byte, at) => byte !== actual[at]);
  if (index >= 0) throw new Error(`byte ${index} is ${actual[index]} and not ${expected[index]}`);
}

function equal(actual, expected) {
  if (actual !== expected) throw new Error(`${actual} instead of ${expected}`);
}
