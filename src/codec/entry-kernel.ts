/**
 * Step 4: what sorts the entries of hash maps in WebAssembly. 5 kB that only writers of large maps need: until it is here, or where it
 * cannot be had, its twin does the work.
 */

import type { EntryKernel } from "../../wasm/writer-kernels.ts";

export type { EntryKernel } from "../../wasm/writer-kernels.ts";

type OpenKernel = (size: number) => EntryKernel | null;

let openKernel: OpenKernel | undefined;

/** Sorts with this WebAssembly from now on. */
export function installEntryKernel(open: OpenKernel): void {
  openKernel = open;
}

/** Loads what sorts with WebAssembly, unless it is here. What cannot be loaded is done without. */
export async function loadEntryKernel(): Promise<void> {
  if (openKernel !== undefined) return;
  try {
    installEntryKernel((await import("../../wasm/writer-kernels.ts")).openEntryKernel);
  } catch {
    // The bytes are the same.
  }
}

/** A kernel for a map of `size` entries; null: take the twin. Close it when its buckets are written. */
export function openEntryKernel(size: number): EntryKernel | null {
  return openKernel?.(size) ?? null;
}
