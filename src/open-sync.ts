/**
 * The way of reading without promises: as in open.ts. In a module of its own, so that a reader with promises does not carry
 * what this one cannot load when it is needed.
 */

import { pinOf, plainBlake3 } from "./codec/blake3.ts";
import { hashHere } from "./codec/xxh64-here.ts";
import { isDescribedBy } from "./describe/agree.ts";
import { readDescription } from "./describe/read.ts";
import { InvalidOptionError } from "./errors.ts";
import { evolve } from "./evolve/evolve.ts";
import { fileTools as tools } from "./file-tools.ts";
import { installAll } from "./mirror/all-kits.ts";
import { type Described, describedBy, ParcodeFile, type SyncFile } from "./mirror/file.ts";
import { syncRunner } from "./mirror/sync-runner.ts";
import { counted, isArrayBuffer, openStore } from "./open.ts";
import { DEFAULT_LIMITS, NO_OPTIONS, type ReadLimits, readLimits } from "./options.ts";
import { nearFront } from "./read/opening.ts";
import { openRangesSync } from "./read/opening-sync.ts";
import { guardOf, needsBlake3 } from "./read/pin.ts";
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
  options: ReadLimits = NO_OPTIONS,
): SyncFile<unknown, unknown> {
  installAll();
  hashHere();
  const limits = options === NO_OPTIONS ? DEFAULT_LIMITS : readLimits(options);
  const node = schema === undefined ? undefined : nodeOf(schema);
  const opened = source instanceof Uint8Array || isArrayBuffer(source) ? memorySource(source) : requireSync(source);
  const { byteLength, name, bytes: memory } = opened;
  const cost = { requests: 0, bytes: 0 };
  const opening = openRangesSync({ byteLength, limits, name, memory, nearBytes: nearFront(opened) }, (range) =>
    counted(cost, opened.readSync(range)),
  );
  const { records } = opening;
  const needed = records !== undefined && needsBlake3(opening, limits);
  const blake3 = needed ? { checksum: plainBlake3, pin: pinOf(plainBlake3, records.bytes) } : undefined;
  const { checksum, pin } = guardOf(opening, limits, blake3);
  const store = openStore({ source: opened, byteLength, opening, limits, cost, checksum });
  const description = records?.schema;
  const given = description === undefined ? { node } : described(description, node);
  return ParcodeFile.openSync({ store, opening, pin, ...given, tools }, syncRunner(store));
}

/** How the file is read: as it says, or with the caller's schema. */
function described(description: Uint8Array, node: SchemaNode | undefined): Described {
  if (node === undefined) return describedBy(description, readDescription);
  return isDescribedBy(node, description) ? { node } : evolve(description, node);
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
