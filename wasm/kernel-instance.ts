/**
 * One instance of the kernels with its memory, for the loader alone. The memory is laid out in kernels/memory.ts; from `free`
 * on it may be used for what a call needs. Views of it die when it grows, so whoever calls `reserve` takes them anew.
 */

/** The exports of wasm/kernels/, as numbers go in and out. Addresses stay below 2^31, so that none is negative. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  readonly KEY: WebAssembly.Global;
  readonly KEY_BYTES: WebAssembly.Global;
  readonly RESULT: WebAssembly.Global;
  readonly SLACK: WebAssembly.Global;
  readonly WORK: WebAssembly.Global;
  decodeBlock(source: number, sourceEnd: number, target: number, targetEnd: number): number;
  hashKey(byteLength: number): void;
  hashBytes(at: number, byteLength: number): void;
  hashStart(): void;
  hashStripes(at: number, end: number): number;
  hashEnd(at: number, end: number, byteLength: number): void;
  decodeU16: DecodeVarints;
  decodeI16: DecodeVarints;
  decodeU32: DecodeVarints;
  decodeI32: DecodeVarints;
  decodeU64: DecodeVarints;
  decodeI64: DecodeVarints;
  decodeUint: DecodeVarints;
  decodeInt: DecodeVarints;
}

/** Decodes up to `count` elements; returns their number, and leaves the next byte's address in the result. */
export type DecodeVarints = (from: number, end: number, to: number, count: number) => number;

/**
 * What a call without a block of its own may use of the memory: 16 KiB of input and the up to 128 KiB of elements in them.
 * Both stay in a processor's second cache.
 */
export const INPUT_BYTES = 16 * 1024;
const OUTPUT_BYTES = 8 * INPUT_BYTES;

/** What the widest loads and elements like best. */
const ALIGNMENT_BYTES = 16;

const PAGE_BYTES = 64 * 1024;

/** Memory grows by at least this much, because each growth costs a call into the engine and new views. */
const MIN_GROWTH_PAGES = 16;

/** Above this, no block goes through the kernels: addresses stay positive as i32, and no tab gives much more. */
const MAX_MEMORY_BYTES = 1 << 30;

export class KernelInstance {
  readonly exports: KernelExports;
  /** All of the memory. */
  bytes: Uint8Array<ArrayBuffer>;
  words: Uint32Array<ArrayBuffer>;
  /** Index of the first result in `words`. */
  readonly result: number;
  /** Address of a short key, and the room there. */
  readonly key: number;
  readonly keyBytes: number;
  readonly slack: number;
  /** From here on the memory is unused. Below may be a block that a caller looks at. */
  free: number;

  constructor(instance: WebAssembly.Instance) {
    const exports = instance.exports as unknown as KernelExports;
    this.exports = exports;
    this.key = exports.KEY.value as number;
    this.keyBytes = exports.KEY_BYTES.value as number;
    this.result = (exports.RESULT.value as number) / Uint32Array.BYTES_PER_ELEMENT;
    this.slack = exports.SLACK.value as number;
    this.free = exports.WORK.value as number;
    this.bytes = new Uint8Array(exports.memory.buffer as ArrayBuffer);
    this.words = new Uint32Array(this.bytes.buffer);
  }

  /** Address of the input of a call that uses no block. */
  get input(): number {
    return this.free;
  }

  /** Address of the output of such a call. */
  get output(): number {
    return this.free + INPUT_BYTES + this.slack;
  }

  /** An address behind `end` that is aligned for every element, with room between for what is read or written too far. */
  behind(end: number): number {
    // Not by bits: a claim may lie above 2^31.
    return Math.ceil((end + this.slack) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  }

  /** Whether the memory holds, behind `end`, what a call without a block needs; grows it if it may. */
  reserve(end: number): boolean {
    const wanted = end + INPUT_BYTES + OUTPUT_BYTES + 2 * this.slack;
    const { memory } = this.exports;
    if (wanted <= this.bytes.length) return true;
    if (wanted > MAX_MEMORY_BYTES) return false;
    try {
      memory.grow(Math.max(Math.ceil((wanted - this.bytes.length) / PAGE_BYTES), MIN_GROWTH_PAGES));
    } catch {
      return false;
    }
    this.bytes = new Uint8Array(memory.buffer as ArrayBuffer);
    this.words = new Uint32Array(this.bytes.buffer);
    return true;
  }

  /** Whether `bytes` is a view of this memory, so that it need not be copied there. */
  holds(bytes: Uint8Array): boolean {
    return bytes.buffer === this.bytes.buffer;
  }
}
