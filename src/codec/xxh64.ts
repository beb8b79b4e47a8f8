/**
 * Step 4 of the way: XXH64 with seed 0, for checksums of stored bytes and for the buckets of hash maps. In: bytes, or a
 * short text. Out: 64 bits as two u32. Runs in WebAssembly where that is allowed, and in its TypeScript twin elsewhere, which comes
 * when it is needed: until then, and if it cannot be loaded, a short and slow one does the work.
 *
 * @see https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */

import { type Kernels, kernels } from "../../wasm/kernels.ts";
import { xxh64First } from "./xxh64-first.ts";

/** Writes the hash of `bytes[start, end)` to `out`: [0] its lower, [1] its upper 32 bits. */
export type Hash = (bytes: Uint8Array, start: number, end: number, out: Uint32Array) => void;

/** The twin, once it is here. */
let twin: Hash | undefined;
let isAsked = false;

/** The twin is here. */
export function installTwin(hash: Hash): void {
  isAsked = true;
  twin = hash;
}

/** Hashes without WebAssembly, where there is none. */
export const withoutKernels: Hash = (bytes, start, end, out) => {
  if (!isAsked) {
    isAsked = true;
    import("./xxh64-twin.ts").then(
      ({ xxh64Twin }) => {
        twin = xxh64Twin;
      },
      // The slow one gives the same.
      () => undefined,
    );
  }
  (twin ?? xxh64First)(bytes, start, end, out);
};

/** XXH64 on the given kernels. */
export function createXxh64(hasher: Pick<Kernels, "hash">): Hash {
  return (bytes, start, end, out) => {
    if (!hasher.hash(bytes, start, end, out)) withoutKernels(bytes, start, end, out);
  };
}

const withKernels: Hash = /* @__PURE__ */ createXxh64(kernels);

/**
 * Up to so many bytes in all, hashing takes less time than to start the kernel: 0.6 ms in V8, and several where its threads are
 * busy. A file's root and structs are some hundred bytes, so to open one and look at a field needs no kernel.
 */
const FIRST_BYTES = 4096;
let bytesLeft = FIRST_BYTES;

/** Writes the hash of `bytes[start, end)` to `out`: [0] its lower, [1] its upper 32 bits. Allocates nothing of the input's size. */
export const xxh64: Hash = (bytes, start, end, out) => {
  const byteLength = end - start;
  if (byteLength > bytesLeft || kernels.isStarted) return withKernels(bytes, start, end, out);
  bytesLeft -= byteLength;
  xxh64First(bytes, start, end, out);
};

/** A hash as text: 16 lower-case hexadecimal digits, the most significant first. */
export function formatHash(lo: number, hi: number): string {
  return formatHalf(hi) + formatHalf(lo);
}

function formatHalf(half: number): string {
  return (half >>> 0).toString(16).padStart(8, "0");
}
