// Ways to make keys whose bytes are in the order of the values, each used as its readme says, for a key of an id, a name and a time.
//   encode(value), decode(key)   bytes, or a string
//   compare(a, b)                of values, where the library has one
//   prepare(value)               what its users keep in place of the value
//   generic(values)              encode and decode for any values of one column of the table of laws
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ours } from "./ours.mjs";

const require = createRequire(import.meta.url);

/** @param {string} library A build of this library. */
export async function contenders(library) {
  const key = await import(pathToFileURL(join(resolve(library), "src/key/index.js")).href);
  const ordered = require("ordered-binary");
  const charwise = require("charwise");
  const bytewise = require("bytewise");
  const fdb = require("fdb-tuple");
  const rival = (codec) => ({ ...codec, generic: () => codec });
  return [
    ...ours(key),
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
