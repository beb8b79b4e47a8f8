// Ways to make keys whose bytes are in the order of the values, each used as its readme says, for a key of an id, a name and a time.
//   encode(value), decode(key)   bytes, or a string
//   compare(a, b)                of values, where the library has one
//   prepare(value)               what its users keep in place of the value
//   generic(values)              encode and decode for any values of one column of the table of laws
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);

/** @param {string} library A build of this library. */
export async function contenders(library) {
  const key = await import(pathToFileURL(join(resolve(library), "src/key/index.js")).href);
  const ordered = require("ordered-binary");
  const charwise = require("charwise");
  const bytewise = require("bytewise");
  const fdb = require("fdb-tuple");
  const target = new Uint8Array(256);
  const ours = (schema) => {
    const codec = key.orderedKey(schema);
    return { encode: (value) => codec.encode(value), decode: (bytes) => codec.decode(bytes), compare: codec.compare };
  };
  const { tuple, u32, str, int, i64 } = key;
  const into = key.orderedKey(tuple([u32, str, int]));
  const rival = (codec) => ({ ...codec, generic: () => codec });
  return [
    { name: "parcode-web/key", ...ours(tuple([u32, str, int])), generic: ({ schema }) => ours(schema(key)) },
    { name: "the same, encodeInto", encode: (value) => into.encodeInto(value, target) },
    {
      name: "the same, the time an i64",
      prepare: ([id, name, at]) => [id, name, BigInt(at)],
      ...ours(tuple([u32, str, i64])),
    },
    rival({
      name: "ordered-binary",
      encode: ordered.toBufferKey,
      decode: ordered.fromBufferKey,
      compare: ordered.compareKeys,
    }),
    rival({ name: "charwise (text)", encode: charwise.encode, decode: charwise.decode }),
    rival({ name: "bytewise", encode: bytewise.encode, decode: bytewise.decode, compare: bytewise.compare }),
    {
      name: "fdb-tuple",
      encode: (value) => fdb.pack(value),
      decode: (bytes) => fdb.unpack(bytes),
      // It packs tuples; a value is one of one item.
      generic: () => ({ encode: (value) => fdb.pack([value]), decode: (bytes) => fdb.unpack(bytes)[0] }),
    },
  ];
}
