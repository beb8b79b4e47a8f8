/** Step 4 of the way: compressing with WebAssembly for those who cannot load it later: without promises, and in workers. */

import { lz4Wasm } from "../../wasm/lz4-wasm.ts";
import { installLz4 } from "./lz4.ts";

/** From now on, LZ4 is compressed with WebAssembly. */
export function compressHere(): void {
  installLz4(lz4Wasm);
}
