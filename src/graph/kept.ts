/**
 * Step 3: what stays between two writes. An engine forgets how objects of a class look with the last one of them, and throws
 * away what it has compiled for them: behind a garbage collection, the next write would begin with slow code. So one of each
 * class is kept.
 */

import { ByteWriter } from "../bytes/writer.ts";
import { xxh64Checksum } from "../codec/checksum.ts";
import { none } from "../codec/none.ts";
import { defaultCodecs } from "../codec/registry.ts";
import { BucketWriter } from "../format/bucket.ts";
import { ChunkAssembler } from "./assemble.ts";
import { EntryBatch, RestOfMap } from "./buckets.ts";
import { EncodedMaps } from "./encoded-maps.ts";
import { KernelEntries } from "./kernel-buckets.ts";
import { ListBuilder } from "./list.ts";
import { HashOrder } from "./plain-buckets.ts";
import { Planner } from "./plan.ts";

const kept: object[] = [];

/** Keeps one object of each class that a write works with, from now on: about a kilobyte in all. */
export function keepShapes(): void {
  if (kept.length === 0) kept.push(...shapes());
}

function shapes(): readonly object[] {
  const assembler = new ChunkAssembler({ checksum: xxh64Checksum });
  const writer = new ByteWriter(16);
  const items = { encode: () => undefined, varies: false, childCount: 0, addChildren: () => undefined };
  const list = new ListBuilder({ assembler, codec: none, shardBytes: 1, writer }, items);
  const entries = { blobs: [], facts: new Uint32Array(0) };
  const options = { codecs: defaultCodecs, compression: none.name, shardBytes: 1, records: [] };
  const planner = new Planner(assembler, { ...options, compatibility: "native" });
  const maps = new EncodedMaps();
  const map = { key: { kind: "unit" as const }, encodeValue: () => undefined, childCount: 0, bucketBytes: 1 };
  const kernelEntries = new KernelEntries(undefined as never, map, undefined);
  return [
    planner,
    list,
    maps,
    kernelEntries,
    new RestOfMap(new Map(), map, false),
    new EntryBatch(0),
    new HashOrder(entries),
    new BucketWriter(entries),
  ];
}
