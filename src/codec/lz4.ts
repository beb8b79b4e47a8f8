/**
 * Step 4 of the way: the LZ4 codec. In: a payload, or its stored form. Out: the other one. Both ways run in WebAssembly
 * where that is allowed and in TypeScript twins elsewhere, with the same bytes. See lz4-decode.ts for the way back.
 */

import { type Kernels, kernels } from "../../wasm/kernels.ts";
import type { Lz4Wasm } from "../../wasm/lz4-wasm.ts";
import { LimitExceededError } from "../errors.ts";
import { part } from "../part.ts";
import type { Codec } from "./codec.ts";
import { encodeSizedBlock } from "./lz4-compress.ts";
import { createLz4Decoder } from "./lz4-decode.ts";

/** LZ4_MAX_INPUT_SIZE of the reference implementation: no other decoder has to take a larger block. */
const MAX_PAYLOAD_BYTES = 0x7e000000;

/**
 * A codec with compression id 1 on the given WebAssembly.
 *
 * CPU in V8, text: encoding about 0.3 GB/s, 0.12 GB/s without WebAssembly; decoding about 1.3 GB/s, 0.4 GB/s without.
 */
export function createLz4(
  wasm: Pick<Lz4Wasm, "compress">,
  decoder: Pick<Kernels, "decodeBlock" | "withDecodedBlock">,
): Codec {
  return {
    ...createLz4Decoder(decoder),
    encode: (payload) => {
      if (payload.length > MAX_PAYLOAD_BYTES) throw tooLarge(payload.length);
      return wasm.compress(payload) ?? encodeSizedBlock(payload);
    },
  };
}

function tooLarge(byteLength: number): LimitExceededError {
  return new LimitExceededError(
    `LZ4 takes at most ${MAX_PAYLOAD_BYTES} bytes, not ${byteLength}: split the value into smaller chunks, or store it with "none".`,
    { limit: "LZ4_MAX_INPUT_SIZE", expected: `at most ${MAX_PAYLOAD_BYTES} bytes`, actual: `${byteLength} bytes` },
  );
}

/** What compresses with WebAssembly. 27 kB that only writers with compression need: until it is here, the twin does the work. */
let compressor: Pick<Lz4Wasm, "compress"> | undefined;

/** Compresses with this WebAssembly from now on. */
export function installLz4(wasm: Pick<Lz4Wasm, "compress">): void {
  compressor = wasm;
}

/** Loads what compresses with WebAssembly, unless it is here. */
export async function loadLz4(): Promise<void> {
  if (compressor === undefined) installLz4((await part(import("../../wasm/lz4-wasm.ts"))).lz4Wasm);
}

/** Compression id 1: an LZ4 block behind the payload's length as u32, the layout of `compress_prepend_size` in lz4_flex. */
export const lz4: Codec = /* @__PURE__ */ createLz4(
  { compress: (payload) => compressor?.compress(payload) ?? null },
  kernels,
);
