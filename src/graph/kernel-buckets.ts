/**
 * Step 3: the entries of a map → buckets, in WebAssembly, which is as fast at the first entry as at the last one. In: a Map. Out: its
 * buckets, or nothing where plain-buckets.ts is to make them.
 */

import { varintSize } from "../bytes/varint-write.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import { type EntryKernel, openEntryKernel } from "../codec/entry-kernel.ts";
import {
  type BucketOptions,
  bucketCountOf,
  DEAL_ENTRIES,
  type EntryBatch,
  type EntryTarget,
  encodeEntries,
  type MapBuckets,
  refuseEqualKeys,
  STEP_ENTRIES,
} from "./buckets.ts";
import { plainBuckets } from "./plain-buckets.ts";
import { FEW_ENTRIES, isOfClass } from "./sample.ts";

/** The buckets of a map; yields where others may have the thread. @param encoded Its entries, if they have been encoded. */
export function* bucketsOf(
  map: ReadonlyMap<unknown, unknown>,
  options: BucketOptions,
  encoded: KernelEntries | undefined,
): Generator<undefined, MapBuckets, unknown> {
  const entries = encoded ?? (yield* encodedEntries(map, options, undefined));
  let isSorted = false;
  try {
    isSorted = entries !== undefined && (yield* entries.sort(map));
  } finally {
    if (!isSorted) entries?.close();
  }
  return isSorted ? (entries as KernelEntries) : yield* plainBuckets(map, options);
}

/**
 * Encodes the entries of a map where a kernel can have them; undefined elsewhere.
 * @param mask Where given: entries of that class are chosen.
 */
export function* encodedEntries(
  map: ReadonlyMap<unknown, unknown>,
  options: BucketOptions,
  mask: number | undefined,
): Generator<undefined, KernelEntries | undefined, unknown> {
  const kernel = map.size > FEW_ENTRIES ? openEntryKernel(map.size) : null;
  if (kernel === null) return undefined;
  const entries = new KernelEntries(kernel, options, mask);
  let isWhole = false;
  try {
    isWhole = yield* encodeEntries(map, options, entries);
  } finally {
    if (!isWhole) entries.close();
  }
  return isWhole ? entries : undefined;
}

/** The entries of a map in a kernel, and its buckets once they are sorted. */
export class KernelEntries implements EntryTarget, MapBuckets {
  count = 0;
  readonly values: unknown[] = [];
  /** Whether keys are no texts, which the kernel would hash by itself. */
  readonly hashesKeys: boolean;
  /** Entries of the class that was asked for. */
  readonly chosen = new Map<unknown, unknown>();
  private readonly kernel: EntryKernel;
  private readonly options: BucketOptions;
  private readonly mask: number | undefined;
  private isOpen = true;

  constructor(kernel: EntryKernel, options: BucketOptions, mask: number | undefined) {
    this.kernel = kernel;
    this.options = options;
    this.mask = mask;
    this.hashesKeys = options.key.kind !== "str";
  }

  add(writer: ByteWriter, batch: EntryBatch, from: number): boolean {
    const { kernel } = this;
    const { count, ends } = batch;
    const base = kernel.end;
    if (!kernel.append(writer.peek())) return false;
    writer.reset();
    const { words, startsAt } = kernel;
    for (let i = 0; i < count; i++) words[startsAt + from + i + 1] = base + (ends[i] as number);
    if (this.hashesKeys) {
      words.set(batch.hashes.subarray(0, 2 * count), kernel.hashesAt + 2 * from);
      if (this.mask !== undefined) for (let i = 0; i < count; i++) this.choose(batch, i, this.mask);
      return true;
    }
    const chosen = kernel.hashTexts(from, from + count, this.mask);
    for (let i = 0; i < chosen.length; i++) this.choose(batch, (chosen[i] as number) - from, this.mask as number);
    return true;
  }

  /** Bytes of the map, if its values have no chunks of their own. */
  get wholeByteLength(): number | undefined {
    const { kernel, options } = this;
    return options.childCount === 0 ? varintSize(kernel.size) + kernel.byteLength : undefined;
  }

  private choose({ keys, values }: EntryBatch, index: number, mask: number): void {
    if (isOfClass(keys[index], mask)) this.chosen.set(keys[index], values[index]);
  }

  /** Deals the entries to buckets, and sorts each; yields where others may have the thread. False: there is no room for that. */
  *sort(map: ReadonlyMap<unknown, unknown>): Generator<undefined, boolean, unknown> {
    const { kernel } = this;
    const { size } = kernel;
    this.count = bucketCountOf(kernel.byteLength, size, this.options);
    for (let from = 0; from < size; from += DEAL_ENTRIES) {
      kernel.count(from, Math.min(size, from + DEAL_ENTRIES), this.count);
      yield undefined;
    }
    for (let from = 0; from < size; from += DEAL_ENTRIES) {
      kernel.place(from, Math.min(size, from + DEAL_ENTRIES));
      yield undefined;
    }
    let most = 0;
    for (let bucket = 0; bucket < this.count; bucket++) {
      most = Math.max(most, kernel.endOf(bucket) - kernel.endOf(bucket - 1));
    }
    if (!kernel.reserveBuckets(this.count, most)) return false;
    let handled = 0;
    for (let bucket = 0; bucket < this.count; bucket++) {
      this.sortBucket(kernel.endOf(bucket - 1), kernel.endOf(bucket), map);
      handled += kernel.endOf(bucket) - kernel.endOf(bucket - 1) + 1;
      if (handled < STEP_ENTRIES) continue;
      handled = 0;
      yield undefined;
    }
    return true;
  }

  /** Two equal keys have the same hash, and are next to each other. */
  private sortBucket(from: number, to: number, map: ReadonlyMap<unknown, unknown>): void {
    const { kernel, options } = this;
    for (let place = kernel.sort(from, to); place < to; place = kernel.findEqual(place + 1, to)) {
      const [a = 0, b = 0] = kernel.entriesAt(place - 1, place + 1);
      refuseEqualKeys(a, b, options.key, map);
    }
  }

  members(bucket: number): Uint32Array {
    return this.kernel.entriesAt(this.kernel.endOf(bucket - 1), this.kernel.endOf(bucket));
  }

  payload(bucket: number): Uint8Array {
    const from = this.kernel.endOf(bucket - 1);
    const to = this.kernel.endOf(bucket);
    return from === to ? NO_BYTES : this.kernel.bucket(from, to);
  }

  close(): void {
    if (this.isOpen) this.kernel.close();
    this.isOpen = false;
  }
}

const NO_BYTES = new Uint8Array(0);
