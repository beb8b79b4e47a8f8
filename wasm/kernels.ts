/**
 * Loader of the kernels in wasm/kernels/. In: bytes, and a key as text. Out: bytes, elements and hashes, or "not here", with
 * which the caller takes its TypeScript twin: where WebAssembly is refused, missing, without SIMD or out of memory, and
 * where an input is damaged, so that one place makes the errors. Compiled synchronously from inlined bytes on first use.
 *
 * No view of the kernels' memory leaves this file, except in {@link Kernels.withDecodedBlock} for as long as its callback runs.
 */

import { fromBase64 } from "./base64.ts";
import { IS_LITTLE_ENDIAN } from "./byte-order.ts";
import { type DecodeVarints, INPUT_BYTES, KernelInstance } from "./kernel-instance.ts";
import { kernelsBase64 } from "./kernels.bytes.ts";

/** Element kinds whose elements are varints in the file. */
export type VarintKind = "u16" | "u32" | "u64" | "i16" | "i32" | "i64" | "uint" | "int";

/** The typed array of each kind; `uint` and `int` are safe integers. */
export type VarintArray =
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float64Array;

/** How far a kernel came. */
export interface VarintRun {
  /** Elements decoded. Fewer than wanted: the next one is cut off, or none of its kind. */
  readonly count: number;
  /** The byte behind them. */
  readonly position: number;
}

export interface Kernels {
  /** Whether they run already, so that a call costs what it takes and no start. */
  readonly isStarted: boolean;
  /**
   * The payload of the LZ4 block `stored[start, …)`, of at most `maxByteLength` bytes, as bytes of its own. Null: take the twin.
   * @param maxByteLength A claim that was checked; so much memory is reserved.
   */
  decodeBlock(stored: Uint8Array, start: number, maxByteLength: number): Uint8Array<ArrayBuffer> | null;
  /**
   * Gives the payload to `use` where it was decoded, without a copy. The view is valid until `use` returns; what it holds
   * later is undefined. All kernels may be called meanwhile, on the payload too, except those that decode blocks.
   * @returns False: take the twin; `use` was not called.
   */
  withDecodedBlock(
    stored: Uint8Array,
    start: number,
    maxByteLength: number,
    use: (payload: Uint8Array) => void,
  ): boolean;
  /** XXH64 of `bytes[start, end)`: [0] its lower, [1] its upper 32 bits. False: take the twin. */
  hash(bytes: Uint8Array, start: number, end: number, out: Uint32Array): boolean;
  /** The same of several pieces, as if they were one. */
  hashPieces(pieces: readonly Uint8Array[], out: Uint32Array): boolean;
  /**
   * XXH64 of `bytes[start, end)`, a key of at most 256 bytes. Keys are many: unlike {@link hash}, it does not look whether they lie
   * in the kernels' memory already. False: take the twin.
   */
  hashShort(bytes: Uint8Array, start: number, end: number, out: Uint32Array): boolean;
  /** XXH64 of `text` in UTF-8 and the byte `last` behind it. False: take the twin; also if `text` is not ASCII or not short. */
  hashText(text: string, last: number, out: Uint32Array): boolean;
  /** Decodes up to `count` elements from `bytes[start, …)` to `target[at, …)`. Null: take the twin. */
  decodeVarints(
    kind: VarintKind,
    bytes: Uint8Array,
    start: number,
    target: VarintArray,
    at: number,
    count: number,
  ): VarintRun | null;
}

export interface KernelsOptions {
  /** The WebAssembly to use. Undefined stands for an environment without one. */
  readonly webAssembly?: typeof WebAssembly | undefined;
  /** Memory above which an instance is dropped after a call. */
  readonly maxRetainedBytes?: number;
}

/**
 * WebAssembly memory never shrinks. 16 MiB hold a chunk of 8 MiB in both its forms, far above the usual 128 KiB; there is an
 * instance in each worker. A new one costs less than decoding a chunk that large takes.
 */
const MAX_RETAINED_BYTES = 16 * 1024 * 1024;

/** Up to here a loop over bytes costs less than a native copy, whose view must be made first; measured in V8. */
const SHORT_BYTES = 24;

class Loader implements Kernels {
  private readonly webAssembly: typeof WebAssembly | undefined;
  private readonly maxRetainedBytes: number;
  /** Undefined before the first use, null once it was refused: an environment's answer does not change. */
  private module: WebAssembly.Module | null | undefined;
  private living: KernelInstance | undefined;
  /** Whether a caller looks at a decoded block. */
  private lent = false;

  constructor(webAssembly: typeof WebAssembly | undefined, maxRetainedBytes: number) {
    // Elements are read as the machine orders their bytes, and WebAssembly has its own order: the twins serve all others.
    this.webAssembly = IS_LITTLE_ENDIAN ? webAssembly : undefined;
    this.maxRetainedBytes = maxRetainedBytes;
  }

  get isStarted(): boolean {
    return this.living !== undefined;
  }

  decodeBlock(stored: Uint8Array, start: number, maxByteLength: number): Uint8Array<ArrayBuffer> | null {
    let payload: Uint8Array<ArrayBuffer> | null = null;
    this.withDecodedBlock(stored, start, maxByteLength, (view) => {
      payload = view.slice();
    });
    return payload;
  }

  withDecodedBlock(
    stored: Uint8Array,
    start: number,
    maxByteLength: number,
    use: (payload: Uint8Array<ArrayBuffer>) => void,
  ): boolean {
    const instance = this.lent ? null : this.instance();
    if (instance === null) return false;
    const { free } = instance;
    try {
      const payload = decodeBehind(instance, stored, start, maxByteLength);
      if (payload === null) return false;
      this.lent = true;
      instance.free = instance.behind(payload.byteOffset + payload.length);
      use(payload);
      return true;
    } finally {
      this.lent = false;
      instance.free = free;
      if (instance.bytes.length > this.maxRetainedBytes) this.living = undefined;
    }
  }

  hash(bytes: Uint8Array, start: number, end: number, out: Uint32Array): boolean {
    const instance = this.living ?? this.instance();
    if (instance === null) return false;
    const { exports, bytes: memory, words, result, key } = instance;
    const byteLength = end - start;
    if (instance.holds(bytes)) {
      exports.hashBytes(bytes.byteOffset + start, byteLength);
    } else if (byteLength <= SHORT_BYTES) {
      for (let index = 0; index < byteLength; index++) memory[key + index] = bytes[start + index] as number;
      exports.hashKey(byteLength);
    } else if (byteLength <= INPUT_BYTES) {
      memory.set(bytes.subarray(start, end), instance.input);
      exports.hashBytes(instance.input, byteLength);
    } else {
      hashInSteps(instance, [start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end)], byteLength);
    }
    out[0] = words[result] as number;
    out[1] = words[result + 1] as number;
    return true;
  }

  hashPieces(pieces: readonly Uint8Array[], out: Uint32Array): boolean {
    const instance = this.living ?? this.instance();
    if (instance === null) return false;
    let byteLength = 0;
    for (const piece of pieces) byteLength += piece.length;
    hashInSteps(instance, pieces, byteLength);
    const { words, result } = instance;
    out[0] = words[result] as number;
    out[1] = words[result + 1] as number;
    return true;
  }

  hashShort(bytes: Uint8Array, start: number, end: number, out: Uint32Array): boolean {
    const instance = this.living ?? this.instance();
    if (instance === null) return false;
    const { exports, bytes: memory, words, result, key } = instance;
    const byteLength = end - start;
    if (byteLength > SHORT_BYTES) memory.set(bytes.subarray(start, end), key);
    else for (let index = 0; index < byteLength; index++) memory[key + index] = bytes[start + index] as number;
    exports.hashKey(byteLength);
    out[0] = words[result] as number;
    out[1] = words[result + 1] as number;
    return true;
  }

  hashText(text: string, last: number, out: Uint32Array): boolean {
    const instance = this.living ?? this.instance();
    if (instance === null) return false;
    const { exports, bytes: memory, words, result, key } = instance;
    const { length } = text;
    if (length >= instance.keyBytes) return false;
    let units = 0;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      units |= unit;
      memory[key + index] = unit;
    }
    if (units > 0x7f) return false;
    memory[key + length] = last;
    exports.hashKey(length + 1);
    out[0] = words[result] as number;
    out[1] = words[result + 1] as number;
    return true;
  }

  decodeVarints(
    kind: VarintKind,
    bytes: Uint8Array,
    start: number,
    target: VarintArray,
    at: number,
    count: number,
  ): VarintRun | null {
    const instance = this.instance();
    if (instance === null) return null;
    const decode = decoderOf(instance, kind);
    const inPlace = instance.holds(bytes);
    const { output, words, result } = instance;
    const width = target.BYTES_PER_ELEMENT;
    const raw = new Uint8Array(target.buffer, target.byteOffset + at * width, count * width);
    let position = start;
    let done = 0;
    while (done < count && position < bytes.length) {
      const end = Math.min(position + INPUT_BYTES, bytes.length);
      let from = bytes.byteOffset + position;
      if (!inPlace) {
        from = instance.input;
        instance.bytes.set(bytes.subarray(position, end), from);
      }
      const decoded = decode(from, from + end - position, output, Math.min(count - done, INPUT_BYTES));
      raw.set(instance.bytes.subarray(output, output + decoded * width), done * width);
      done += decoded;
      position += (words[result] as number) - from;
      if (decoded === 0) break;
    }
    return { count: done, position };
  }

  /** The living instance, or a new one; null if there can be none. */
  private instance(): KernelInstance | null {
    if (this.living !== undefined) return this.living;
    const { webAssembly } = this;
    if (webAssembly === undefined || this.module === null) return null;
    try {
      this.module ??= new webAssembly.Module(fromBase64(kernelsBase64));
    } catch {
      // A Content-Security-Policy without 'wasm-unsafe-eval', or an engine without SIMD: a CompileError, every time.
      this.module = null;
      return null;
    }
    try {
      this.living = new KernelInstance(new webAssembly.Instance(this.module));
      return this.living;
    } catch {
      // No memory for an instance now; there may be later.
      return null;
    }
  }
}

/** Decodes a block behind what is in use, and gives a view of the payload; null if it is damaged or has no room. */
function decodeBehind(
  instance: KernelInstance,
  stored: Uint8Array,
  start: number,
  maxByteLength: number,
): Uint8Array<ArrayBuffer> | null {
  const source = instance.free;
  const sourceEnd = source + stored.length - start;
  const target = instance.behind(sourceEnd);
  const targetEnd = target + maxByteLength;
  if (!instance.reserve(instance.behind(targetEnd))) return null;
  instance.bytes.set(start === 0 ? stored : stored.subarray(start), source);
  const byteLength = instance.exports.decodeBlock(source, sourceEnd, target, targetEnd);
  return byteLength < 0 ? null : instance.bytes.subarray(target, target + byteLength);
}

/** Hashes what may be longer than the input's place in the memory, or lies in several places. */
function hashInSteps(
  { exports, bytes: memory, input }: KernelInstance,
  pieces: readonly Uint8Array[],
  byteLength: number,
): void {
  const isLong = byteLength > INPUT_BYTES;
  if (isLong) exports.hashStart();
  let filled = 0;
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const count = Math.min(INPUT_BYTES - filled, piece.length - from);
      memory.set(count === piece.length ? piece : piece.subarray(from, from + count), input + filled);
      from += count;
      filled += count;
      if (filled < INPUT_BYTES || !isLong) continue;
      exports.hashStripes(input, input + INPUT_BYTES);
      filled = 0;
    }
  }
  if (!isLong) return exports.hashBytes(input, byteLength);
  const rest = exports.hashStripes(input, input + filled);
  exports.hashEnd(rest, input + filled, byteLength);
}

function decoderOf({ exports }: KernelInstance, kind: VarintKind): DecodeVarints {
  switch (kind) {
    case "u16":
      return exports.decodeU16;
    case "u32":
      return exports.decodeU32;
    case "u64":
      return exports.decodeU64;
    case "i16":
      return exports.decodeI16;
    case "i32":
      return exports.decodeI32;
    case "i64":
      return exports.decodeI64;
    case "uint":
      return exports.decodeUint;
    case "int":
      return exports.decodeInt;
  }
}

/** A loader of its own, with an instance of its own. Nothing is compiled before the first call. */
export function createKernels(options: KernelsOptions = {}): Kernels {
  const webAssembly = "webAssembly" in options ? options.webAssembly : globalThis.WebAssembly;
  return new Loader(webAssembly, options.maxRetainedBytes ?? MAX_RETAINED_BYTES);
}

/** The kernels that the library's codec uses. */
export const kernels: Kernels = /* @__PURE__ */ createKernels();
