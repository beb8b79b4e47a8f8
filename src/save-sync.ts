/**
 * The way of writing without promises: as in save.ts. In a module of its own, so that a writer with promises does not carry what
 * this one cannot load when it is needed.
 */

import { plainBlake3 } from "./codec/blake3.ts";
import { sortHere } from "./codec/entry-kernel-here.ts";
import { compressHere } from "./codec/lz4-here.ts";
import { hashHere } from "./codec/xxh64-here.ts";
import { ChunkAssembler } from "./graph/assemble.ts";
import { EncodedMaps } from "./graph/encoded-maps.ts";
import { Planner } from "./graph/plan.ts";
import { runSync } from "./graph/run.ts";
import { WholeFile } from "./graph/whole-file.ts";
import type { FormatOptions } from "./options.ts";
import { checksumOf, formatOf, frontOf, mayHaveFront } from "./save.ts";
import { nodeOf } from "./schema/node.ts";
import type { Input, Schema } from "./schema/types.ts";
import { keepingSink } from "./sink/memory.ts";

/**
 * A `.par` file in memory, without threads, promises or I/O. The same bytes as `serialize` gives.
 * @throws {SchemaMismatchError} The value does not fit, or has an AsyncIterable, which needs promises.
 */
export function serializeSync<S extends Schema>(
  schema: S,
  value: Input<S>,
  options: FormatOptions = {},
): Uint8Array<ArrayBuffer> {
  const node = nodeOf(schema);
  const format = formatOf(node, options);
  compressHere();
  hashHere();
  sortHere();
  const sink = keepingSink();
  const checksum = checksumOf(format, () => plainBlake3);
  const maps = new EncodedMaps();
  try {
    if (mayHaveFront(sink, format)) {
      // Nobody else wants the thread.
      const encoding = maps.encode(node, value, format.compatibility === "native");
      while (encoding.next().done !== true);
    }
    const front = frontOf(node, value, sink, { ...format, maps }, checksum);
    const assembler = new ChunkAssembler({ ...format, checksum, front, whole: new WholeFile(sink) });
    runSync(new Planner(assembler, format, maps).file(node, value), assembler, sink);
  } finally {
    maps.close();
  }
  return sink.bytes();
}
