/**
 * Loader of the kernels for writers in wasm/kernels/writer.ts. In: the entries of a hash map, encoded. Out: the hashes of their keys, and
 * buckets. Each map that is being written has an instance of its own, since others may be written between two of its steps. Where
 * WebAssembly is refused, or a map is too large, there is none, and the caller takes its TypeScript twin.
 */

import { fromBase64 } from "./base64.ts";
import { IS_LITTLE_ENDIAN } from "./byte-order.ts";
import { writerKernelsBase64 } from "./writer-kernels.bytes.ts";

/** The exports of wasm/kernels/writer.ts. Entries and places are counted from 0, ends are exclusive. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly SLACK: WebAssembly.Global;
  readonly WORK: WebAssembly.Global;
  layTables(at: number, size: number): number;
  hashTexts(from: number, to: number, mask: number, chosen: number): number;
  countEntries(from: number, to: number, bucketCount: number): void;
  startBuckets(bucketCount: number): void;
  placeEntries(from: number, to: number): void;
  sortEntries(from: number, to: number, scratch: number): number;
  findEqual(from: number, to: number): number;
  largestBucket(bucketCount: number): number;
  bucketBytes(from: number, to: number): number;
  writeBucket(from: number, to: number, target: number): void;
}

/** Most entries that are hashed in one call. */
export const BATCH_ENTRIES = 1024;

/** A larger map is for the twin: memory of WebAssembly is in one piece, and does not shrink. */
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;

/** An instance with no more memory than this is kept for the next map. */
const MAX_RETAINED_BYTES = 16 * 1024 * 1024;

/** Maps that are written at the same time; for more there are twins. Each instance takes some of a process's address space. */
const MAX_INSTANCES = 8;

const PAGE_BYTES = 64 * 1024;
const WORD_BYTES = Uint32Array.BYTES_PER_ELEMENT;

/** The entries of one map. Its views of the memory are other ones behind {@link append} and {@link reserveBuckets}. */
export class EntryKernel {
  /** Number of entries. */
  size = 0;
  /** All of the memory, as u32. */
  words: Uint32Array<ArrayBuffer>;
  /** Where `words` has the hashes, two for each entry, lower half first, and where each entry starts: a byte of the memory. */
  hashesAt = 0;
  startsAt = 0;
  /** The byte of the memory behind the last entry. */
  end = 0;
  private readonly exports: Exports;
  private readonly slack: number;
  private bytes: Uint8Array<ArrayBuffer>;
  private orderAt = 0;
  private endsAt = 0;
  private chosen = 0;
  private start = 0;

  constructor(exports: Exports) {
    this.exports = exports;
    this.slack = exports.SLACK.value as number;
    this.bytes = new Uint8Array(exports.memory.buffer as ArrayBuffer);
    this.words = new Uint32Array(this.bytes.buffer);
  }

  /** Makes room for a map of `size` entries. False: there is none. */
  begin(size: number): boolean {
    const { exports } = this;
    const work = exports.WORK.value as number;
    const tableBytes = size * 6 * WORD_BYTES + 2 * WORD_BYTES;
    this.size = size;
    if (!this.reserve(work + tableBytes + BATCH_ENTRIES * WORD_BYTES)) return false;
    this.chosen = exports.layTables(work, size);
    this.hashesAt = work / WORD_BYTES;
    this.startsAt = this.hashesAt + 2 * size;
    this.orderAt = this.startsAt + 2 * size + 1;
    this.endsAt = this.orderAt + size;
    this.start = this.chosen + BATCH_ENTRIES * WORD_BYTES;
    this.end = this.start;
    this.words[this.startsAt] = this.start;
    return true;
  }

  /** Bytes of the entries so far. */
  get byteLength(): number {
    return this.end - this.start;
  }

  /** Appends encoded entries; where each starts is the caller's to say. False: there is no room. */
  append(entries: Uint8Array): boolean {
    if (!this.reserve(this.end + entries.length)) return false;
    this.bytes.set(entries, this.end);
    this.end += entries.length;
    return true;
  }

  /**
   * Hashes the keys of the entries `from` to `to`, at most {@link BATCH_ENTRIES}, which are texts.
   * @param mask Undefined, or: bits of which the mark of an entry has none if it is chosen.
   * @returns The chosen ones, and those whose mark is not known here; valid until the next call.
   */
  hashTexts(from: number, to: number, mask: number | undefined): Uint32Array {
    const count = this.exports.hashTexts(from, to, mask ?? 0, mask === undefined ? 0 : this.chosen);
    return this.words.subarray(this.chosen / WORD_BYTES, this.chosen / WORD_BYTES + count);
  }

  /** Counts the entries `from` to `to` in their buckets, of which there are `bucketCount`. */
  count(from: number, to: number, bucketCount: number): void {
    this.exports.countEntries(from, to, bucketCount);
    if (to === this.size) this.exports.startBuckets(bucketCount);
  }

  /** Puts the entries `from` to `to` into their buckets, when all have been counted. */
  place(from: number, to: number): void {
    this.exports.placeEntries(from, to);
  }

  /** Where a bucket ends among the places of all. */
  endOf(bucket: number): number {
    return bucket < 0 ? 0 : (this.words[this.endsAt + bucket] as number);
  }

  /** The entries at the places `from` to `to`. */
  entriesAt(from: number, to: number): Uint32Array {
    return this.words.slice(this.orderAt + from, this.orderAt + to);
  }

  /** Makes room for {@link sort} and {@link bucket}, where the largest of the buckets has so many entries. False: there is none. */
  reserveBuckets(bucketCount: number, mostEntries: number): boolean {
    // Two tables of a power of two.
    const scratchBytes = 4 * WORD_BYTES * mostEntries;
    return this.reserve(this.behind + Math.max(scratchBytes, this.exports.largestBucket(bucketCount)));
  }

  /** Sorts the entries at the places `from` to `to`; returns the first place with the same hash as the one before it, or `to`. */
  sort(from: number, to: number): number {
    return this.exports.sortEntries(from, to, this.behind);
  }

  /** The first place from `from` on with the same hash as the one before it, or `to`. */
  findEqual(from: number, to: number): number {
    return this.exports.findEqual(from, to);
  }

  /** The payload of a bucket with the entries at the places `from` to `to`; valid until the next call. */
  bucket(from: number, to: number): Uint8Array {
    const { exports, behind } = this;
    const byteLength = exports.bucketBytes(from, to);
    exports.writeBucket(from, to, behind);
    return this.bytes.subarray(behind, behind + byteLength);
  }

  /** Gives the instance back; to be called once. */
  close(): void {
    open--;
    if (this.bytes.length <= MAX_RETAINED_BYTES) spare = this;
  }

  /** An address behind the entries, for what is done with them. */
  private get behind(): number {
    return Math.ceil((this.end + this.slack) / 16) * 16;
  }

  private reserve(end: number): boolean {
    const missing = end + this.slack - this.bytes.length;
    if (missing <= 0) return true;
    if (end > MAX_MEMORY_BYTES) return false;
    const { memory } = this.exports;
    try {
      memory.grow(Math.ceil(Math.max(missing, this.bytes.length / 2) / PAGE_BYTES));
    } catch {
      return false;
    }
    this.bytes = new Uint8Array(memory.buffer as ArrayBuffer);
    this.words = new Uint32Array(this.bytes.buffer);
    return true;
  }
}

/** Undefined before the first use, null once it was refused: an environment's answer does not change. */
let module: WebAssembly.Module | null | undefined;
/** A closed one, to be used again. */
let spare: EntryKernel | undefined;
let open = 0;

/** A kernel for a map of `size` entries; null: take the twin. Close it when its buckets are written. */
export function openEntryKernel(size: number): EntryKernel | null {
  const kernel = open < MAX_INSTANCES ? (spare ?? instance()) : null;
  if (kernel === null) return null;
  spare = undefined;
  open++;
  if (kernel.begin(size)) return kernel;
  kernel.close();
  return null;
}

function instance(): EntryKernel | null {
  if (module === undefined) {
    try {
      // Without SIMD, or with a Content-Security-Policy without 'wasm-unsafe-eval', this throws, every time.
      module = IS_LITTLE_ENDIAN ? new WebAssembly.Module(fromBase64(writerKernelsBase64)) : null;
    } catch {
      module = null;
    }
  }
  if (module === null) return null;
  try {
    return new EntryKernel(new WebAssembly.Instance(module).exports as unknown as Exports);
  } catch {
    // No memory for an instance now; there may be later.
    return null;
  }
}
