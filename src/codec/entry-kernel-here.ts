/** Step 4: sorting the entries of hash maps with WebAssembly for those who cannot load it later. */

import { openEntryKernel } from "../../wasm/writer-kernels.ts";
import { installEntryKernel } from "./entry-kernel.ts";

/** From now on, entries are sorted with WebAssembly. */
export function sortHere(): void {
  installEntryKernel(openEntryKernel);
}
