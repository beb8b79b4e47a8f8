/**
 * Step 7: what stays between two loads. An engine forgets how objects of a class look with the last one of them, and throws away
 * what it has compiled for them: behind a garbage collection, the next file would be read with slow code. So one of each class
 * is kept; maps keep theirs themselves.
 */

import { ByteReader } from "../bytes/reader.ts";
import { Chunk, type ChunkContext } from "../format/chunk.ts";

const kept: object[] = [];

/** Keeps one object of each class that a load works with, from now on. */
export function keepShapes(): void {
  if (kept.length > 0) return;
  const nothing = new Uint8Array(0);
  // A chunk without anything asks its file for nothing.
  const chunk = new Chunk(Uint8Array.of(0), { offset: 0, length: 1 }, 0, {} as ChunkContext);
  kept.push(new ByteReader(nothing), chunk);
}
