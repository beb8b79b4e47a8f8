/**
 * The way of reading without promises: as in open.ts. In a module of its own, so that a reader with promises does not carry
 * what this one cannot load when it is needed.
 */

import { pinOf, plainBlake3 } from "./codec/blake3.ts";
import { xxh64Checksum } from "./codec/checksum.ts";
import { isDescribedBy } from "./describe/agree.ts";
import { readDescription } from "./describe/read.ts";
import { schemaText } from "./describe/text.ts";
import { InvalidOptionError } from "./errors.ts";
import { evolve } from "./evolve/evolve.ts";
import { type Described, describedBy, ParcodeFile, type SyncFile } from "./mirror/file.ts";
import { isArrayBuffer, openStore } from "./open.ts";
import { type Limited, type ReadLimits, readLimits } from "./options.ts";
import { driveRangesSync, findEnd, type Opening } from "./read/opening.ts";
import { type Guard, notPinnable, requirePinned } from "./read/pin.ts";
import { integrityOf } from "./read/verify.ts";
import type { SyncDynamicMirror } from "./schema/handles.ts";
import { nodeOf, type SchemaNode } from "./schema/node.ts";
import type { Infer, Schema, SyncMirror } from "./schema/types.ts";
import { memorySource } from "./source/memory.ts";
import type { SyncSource } from "./source/source.ts";

/**
 * Opens a file without promises: the same mirror, whose methods return values.
 * @param source Bytes, or a source with `readSync`.
 * @param schema As for `open`.
 * @throws as `open`
 */
export function openSync<S extends Schema>(
  source: ArrayBuffer | Uint8Array | SyncSource,
  schema: S,
  options?: ReadLimits,
): SyncFile<SyncMirror<S>, Infer<S>>;
export function openSync(
  source: ArrayBuffer | Uint8Array | SyncSource,
  schema?: undefined,
  options?: ReadLimits,
): SyncFile<SyncDynamicMirror, unknown>;
export function openSync(
  source: ArrayBuffer | Uint8Array | SyncSource,
  schema?: Schema,
  options: ReadLimits = {},
): SyncFile<unknown, unknown> {
  const limits = readLimits(options);
  const node = schema === undefined ? undefined : nodeOf(schema);
  const opened = source instanceof Uint8Array || isArrayBuffer(source) ? memorySource(source) : requireSync(source);
  const { byteLength } = opened;
  const inMemory = opened.bytes !== undefined;
  const search = findEnd({ byteLength, limits, name: opened.name, inMemory });
  const { found: opening, reads } = driveRangesSync(search, (range) => opened.readSync(range));
  const { checksum, pin } = guardOf(opening, limits);
  const store = openStore({ source: opened, byteLength, opening, limits, reads, checksum });
  const description = opening.records?.schema;
  const given = description === undefined ? { node } : described(description, node);
  return ParcodeFile.openSync({ store, opening, pin, ...given, typeText: () => schemaText });
}

/** How the file is read: as it says, or with the caller's schema. */
function described(description: Uint8Array, node: SchemaNode | undefined): Described {
  if (node === undefined) return describedBy(description, readDescription);
  return isDescribedBy(node, description) ? { node } : evolve(description, node);
}

function guardOf({ records }: Opening, { verify, integrity }: Limited): Guard {
  const kind = integrityOf(records);
  if (kind !== "blake3" || records === undefined) {
    if (integrity !== undefined) throw notPinnable(kind);
    return { checksum: verify && kind === "xxh64" ? xxh64Checksum : undefined, pin: undefined };
  }
  if (!verify) return { checksum: undefined, pin: undefined };
  const pin = pinOf(plainBlake3, records.bytes);
  if (integrity !== undefined) requirePinned(pin, integrity);
  return { checksum: plainBlake3, pin };
}

function requireSync(source: SyncSource): SyncSource {
  if (typeof source?.readSync === "function" && typeof source.byteLength === "number") return source;
  throw new InvalidOptionError(
    "openSync() needs bytes, or a source with readSync(); open() takes every other source.",
    {
      option: "source",
      actual: String(source),
    },
  );
}
