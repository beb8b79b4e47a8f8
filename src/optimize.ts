/**
 * A file written again, without decoding its values: chunks are copied as they are, and those that name others are told
 * their new places. In: a file, ours or the Rust crate's. Out: the same values, with the structure where few requests
 * find it, and a checksum for every chunk.
 */

import { loadBlake3, pinOf } from "./codec/blake3.ts";
import { xxh64Checksum } from "./codec/checksum.ts";
import { loadLz4 } from "./codec/lz4.ts";
import { defaultCodecs } from "./codec/registry.ts";
import { ChunkCopier } from "./copy.ts";
import { invalidOption } from "./errors/option.ts";
import type { ExtensionRecord } from "./format/extension.ts";
import { TRAILER_SCHEMA } from "./format/layout.ts";
import { metadataRecord } from "./format/trailer.ts";
import { ChunkAssembler } from "./graph/assemble.ts";
import { FIRST_REQUEST_BYTES, roomInFront } from "./graph/front.ts";
import { runAsync } from "./graph/run.ts";
import { headBytes } from "./graph/trailer-records.ts";
import { Turns } from "./graph/turns.ts";
import { type OpenSource, openChunks } from "./open.ts";
import type { OpenOptions } from "./options.ts";
import type { Opening } from "./read/opening.ts";
import { type SaveTarget, sinkOf } from "./sink/target.ts";
import { checkChecksums } from "./write-options.ts";

/** Options of {@link optimize}; those of `open` are for reading. */
export interface OptimizeOptions extends OpenOptions {
  /** Where the structure goes. "faststart" (default): to the front, if the target can write that last. "stream": to the end. */
  readonly layout?: "faststart" | "stream";
  /** What guards each chunk, as for `save`: "xxh64" (default), "blake3", or nothing. */
  readonly checksums?: "xxh64" | "blake3" | false;
  readonly onProgress?: ((progress: { bytesDone: number; bytesTotal: number }) => void) | undefined;
}

/** What {@link optimize} made. */
export interface OptimizeReport {
  readonly byteLength: number;
  readonly chunks: number;
  /** Requests that opening the file over HTTP costs. */
  readonly openRequests: 1 | 2 | 3;
  /** With `checksums: "blake3"`: what pins the file, for the option `integrity` of `open`. */
  readonly pin: string | undefined;
}

/**
 * Writes a file again, so that opening it costs as few requests as can be. Values are not decoded, and no schema is needed;
 * description and metadata stay. Memory: some windows of 8 MiB. Bytes that no chunk accounts for are left out.
 * @throws as `open` and `save`; the target shows the file when it is complete.
 */
export async function optimize(
  source: OpenSource,
  target: SaveTarget,
  options: OptimizeOptions = {},
): Promise<OptimizeReport> {
  const { layout = "faststart", checksums = "xxh64", signal } = options;
  if (layout !== "faststart" && layout !== "stream")
    throw invalidOption("layout", '"faststart" or "stream"', String(layout));
  checkChecksums(checksums);
  const { store, opening } = await openChunks(source, options);
  const turns = new Turns();
  try {
    await loadLz4();
    const sink = await sinkOf(target);
    const checksum = checksums === "blake3" ? await loadBlake3() : checksums === "xxh64" ? xxh64Checksum : undefined;
    const records = keptRecords(opening);
    let bytesDone = 0;
    const copier = new ChunkCopier(store, opening, options.codecs ?? defaultCodecs, (bytes) => {
      bytesDone += bytes;
    });
    const isFront = layout === "faststart" && sink.writeFront !== undefined;
    const front = isFront ? roomInFront(headBytes({ checksum, records }), await copier.structureBytes(signal)) : 0;
    const assembler = new ChunkAssembler({ checksum, extended: true, front });
    const onBlock = () => options.onProgress?.({ bytesDone, bytesTotal: opening.dataEnd });
    await runAsync(copier.file(assembler, records, signal), assembler, sink, { signal, turns, onBlock });
    const { byteLength, chunks } = assembler;
    const pin = checksum?.name === "blake3" ? pinOf(checksum, assembler.records) : undefined;
    return { byteLength, chunks, openRequests: requestsOf(assembler), pin };
  } finally {
    turns.close();
    await store.close();
  }
}

function keptRecords({ records }: Opening): ExtensionRecord[] {
  const kept: ExtensionRecord[] = [];
  if (records?.schema !== undefined) kept.push({ tag: TRAILER_SCHEMA, bytes: records.schema });
  if (records !== undefined && records.metadata.size > 0)
    kept.push(metadataRecord(Object.fromEntries(records.metadata)));
  return kept;
}

function requestsOf({ byteLength, structure }: ChunkAssembler): 1 | 2 | 3 {
  if (byteLength <= FIRST_REQUEST_BYTES || structure === undefined) return 1;
  if (structure.front > 0) return structure.end <= FIRST_REQUEST_BYTES ? 1 : 2;
  return byteLength - structure.start <= FIRST_REQUEST_BYTES ? 2 : 3;
}
