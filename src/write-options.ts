/** The options of a write, checked. In: what the caller gave. Out: what decides the bytes of the file. */

import { defaultCodecs } from "./codec/registry.ts";
import { integer, invalidOption } from "./errors/option.ts";
import { metadataRecord } from "./format/trailer.ts";
import type { PlanOptions } from "./graph/plan-options.ts";
import type { FormatOptions } from "./options.ts";

/** 128 KiB: a read of about one round trip's worth, and the size the crate aims at. */
const DEFAULT_SHARD_BYTES = 128 * 1024;
/** @throws {InvalidOptionError} */
export function checkChecksums(checksums: unknown): void {
  if (checksums === "xxh64" || checksums === "blake3" || checksums === false) return;
  throw invalidOption("checksums", '"xxh64", "blake3" or false', String(checksums));
}

/** What the options of a write come to. */
export interface WriteFormat extends PlanOptions {
  readonly checksums: "xxh64" | "blake3" | false;
  /** Whether the file has a trailer and extension blocks. */
  readonly extended: boolean;
  readonly layout: "auto" | "faststart" | "stream";
  readonly describe: boolean;
}

/** Options of a write, complete. */
export function formatOptions(options: FormatOptions): WriteFormat {
  const { compatibility = "native", compression = "none", codecs = defaultCodecs, metadata } = options;
  if (compatibility !== "native" && compatibility !== "parcode") {
    throw invalidOption("compatibility", '"native" or "parcode"', compatibility);
  }
  codecs.byName(compression);
  const shardBytes = integer("shardBytes", options.shardBytes, DEFAULT_SHARD_BYTES, 1, 2 ** 31);
  const { checksums = compatibility === "native" ? "xxh64" : false } = options;
  checkChecksums(checksums);
  const records = metadata === undefined ? [] : [metadataRecord(checkedMetadata(metadata))];
  const layout = layoutOf(options.layout, compatibility);
  const describe = options.describe ?? compatibility === "native";
  const wantsMore = checksums !== false || records.length > 0 || layout === "faststart" || describe;
  const extended = compatibility === "native" || wantsMore;
  return { compatibility, compression, codecs, shardBytes, checksums, records, extended, layout, describe };
}

function layoutOf(
  layout: FormatOptions["layout"] = "auto",
  compatibility: "native" | "parcode",
): WriteFormat["layout"] {
  if (layout !== "auto" && layout !== "faststart" && layout !== "stream") {
    throw invalidOption("layout", '"auto", "faststart" or "stream"', String(layout));
  }
  return layout === "auto" && compatibility === "parcode" ? "stream" : layout;
}

function checkedMetadata(metadata: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (typeof metadata !== "object" || metadata === null)
    throw invalidOption("metadata", "an object of strings", `${metadata}`);
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== "string") throw invalidOption(`metadata[${JSON.stringify(name)}]`, "a string", typeof value);
  }
  return metadata;
}
