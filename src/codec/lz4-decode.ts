/**
 * Step 4 of the way: reading LZ4. In: a stored form. Out: the payload. Runs in WebAssembly where that is allowed and in its
 * TypeScript twin elsewhere; the twin also says what is wrong with a block. In a file of its own, so that a reader does not
 * carry what compresses.
 */

import { type Kernels, kernels } from "../../wasm/kernels.ts";
import type { Decompressor } from "./codec.ts";
import { declaredByteLength, decodeSizedBlock, SIZE_PREFIX_BYTES } from "./lz4-block.ts";

/** Compression id 1 for readers, on the given WebAssembly. CPU in V8, text: about 1.3 GB/s, 0.4 GB/s without WebAssembly. */
export function createLz4Decoder(decoder: Pick<Kernels, "decodeBlock" | "withDecodedBlock">): Decompressor {
  return {
    id: 1,
    name: "lz4",
    decode: (stored, maxByteLength) => {
      const declared = declaredByteLength(stored, maxByteLength);
      return decoder.decodeBlock(stored, SIZE_PREFIX_BYTES, declared) ?? decodeSizedBlock(stored, maxByteLength);
    },
    withPayload: <T>(stored: Uint8Array, maxByteLength: number, use: (payload: Uint8Array) => T) => {
      const declared = declaredByteLength(stored, maxByteLength);
      let result: { readonly value: T } | undefined;
      decoder.withDecodedBlock(stored, SIZE_PREFIX_BYTES, declared, (payload) => {
        result = { value: use(payload) };
      });
      return result === undefined ? use(decodeSizedBlock(stored, maxByteLength)) : (result as { value: T }).value;
    },
  };
}

/** Compression id 1 for readers. */
export const lz4Decoder: Decompressor = /* @__PURE__ */ createLz4Decoder(kernels);
