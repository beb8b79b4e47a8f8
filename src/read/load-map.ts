/** Step 7: whole maps. In: a container whose descendants have been read. Out: plain maps. */

import { corrupt } from "../format/bounds.ts";
import { Bucket } from "../format/bucket.ts";
import type { Chunk } from "../format/chunk.ts";
import type { ContainerReader, PartAhead } from "./containers.ts";
import { decodedPart } from "./decoded-part.ts";
import { isBlob, isLean } from "./locate.ts";
import { type AnyMapNode, BucketReader, blobEntries, bucketCount, storedEntryCount } from "./map.ts";
import type { Task } from "./reach.ts";
import type { DecodedBucket, DecodedPart, MapAhead, Scope } from "./scope.ts";

/** Loads hash maps, and other maps, which may be in one chunk. */
export const mapReader: ContainerReader = {
  load: (scope, content, container) => loadMap(scope, content as AnyMapNode, container),
  loadPart: bucketPart,
  areApart,
};

/** See kept.ts. */
let _kept: Bucket | undefined;

function bucketPart({ whole, scope, part, areApart }: PartAhead): DecodedPart | undefined {
  _kept ??= new Bucket(new Uint8Array(0), 0);
  const { container, index } = part;
  const content = part.content as AnyMapNode;
  const ahead = areApart ? mapAhead(whole, content, container, index) : undefined;
  const entries = ahead?.entries ?? new Map<unknown, unknown>();
  const found = addBucket(scope, new BucketReader(content, isLean(container)), container, index, entries);
  if (ahead === undefined) return { kind: content, value: { entries, found } };
  whole.maps.set(container.offset, { ...ahead, buckets: index + 1, found: ahead.found + found });
  return undefined;
}

/** The map of a container, filled with what is in front of bucket `index`. */
function mapAhead(scope: Scope, map: AnyMapNode, container: Chunk, index: number): MapAhead | undefined {
  const known = scope.maps.get(container.offset);
  if (index === 0 && known === undefined)
    return { kind: map, entries: new Map(), buckets: 0, found: 0, isTaken: false };
  return known?.kind === map && known.buckets === index ? known : undefined;
}

function areApart(parts: readonly Task[]): boolean {
  const counts = new Map<Chunk, number>();
  for (const { part } of parts) {
    if (part?.content.kind !== "hashMap" && part?.content.kind !== "map") continue;
    const count = counts.get(part.container) ?? 0;
    if (part.index !== count) return false;
    counts.set(part.container, count + 1);
  }
  try {
    for (const [container, count] of counts) {
      if (count !== container.childCount || count !== bucketCount(container)) return false;
    }
    return true;
  } catch {
    // A damaged container: whoever looks at it says where it stands.
    return false;
  }
}

function loadMap(scope: Scope, map: AnyMapNode, chunk: Chunk): Map<unknown, unknown> {
  if (isBlob(chunk)) return blobEntries(map, chunk, scope.counter);
  _kept ??= new Bucket(new Uint8Array(0), 0);
  const reader = new BucketReader(map, isLean(chunk));
  const count = bucketCount(chunk);
  const { entries, buckets, found } = takeMap(scope, map, chunk);
  let total = found;
  for (let bucket = buckets; bucket < count; bucket++) total += addBucket(scope, reader, chunk, bucket, entries);
  const stored = storedEntryCount(chunk);
  if (stored !== undefined && stored !== total) throw corrupt(chunk.offset, `${stored} entries in all`, String(total));
  return entries;
}

/** The map that was filled ahead, in a load in parts; no two values share one. */
function takeMap(scope: Scope, map: AnyMapNode, container: Chunk): MapAhead {
  const known = scope.maps.get(container.offset);
  if (known?.kind !== map) return { kind: map, entries: new Map(), buckets: 0, found: 0, isTaken: false };
  if (!known.isTaken) scope.maps.set(container.offset, { ...known, isTaken: true });
  return known.isTaken ? { ...known, entries: new Map(known.entries) } : known;
}

/** Adds the entries of one bucket, whole, and returns their number; those of a load in parts were decoded before. */
function addBucket(
  scope: Scope,
  reader: BucketReader,
  container: Chunk,
  bucket: number,
  entries: Map<unknown, unknown>,
): number {
  const decoded = decodedPart(scope, reader.map, container, bucket) as DecodedBucket | undefined;
  if (decoded !== undefined) {
    for (const [key, value] of decoded.entries) entries.set(key, value);
    return decoded.found;
  }
  const chunk = scope.get(container.child(bucket), container.depth + 1);
  scope.visit(chunk);
  return reader.addTo(scope, chunk, entries);
}
