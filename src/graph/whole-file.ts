/**
 * Step 3: a file that is to be one array in memory, of exactly its length. What is large and stays where it is, as the elements of typed arrays
 * do, is copied once, when that length is known; the rest is a small part of a file that is large. In: pieces. Out: the array.
 */

import type { Place } from "./assemble.ts";
import { putChunk, type StoredChunk } from "./stored-chunk.ts";

/** Where the array comes from. */
export interface Allocator {
  /** @throws what is to be said if there is no memory for it. */
  allocate(byteLength: number): Uint8Array;
}

/** Bytes as they are, or a chunk whose payload was lent, with its place. */
type Piece = Uint8Array | { readonly chunk: StoredChunk; readonly place: Place };

/** Called with a lent chunk's place in the file when it is there: the bytes `start` (inclusive) to `end` (exclusive) of `bytes`. */
type OnCopied = (place: Place, bytes: Uint8Array, start: number, end: number) => void;

export class WholeFile {
  private readonly allocator: Allocator;
  /** From front to back. */
  private readonly pieces: Piece[] = [];

  constructor(allocator: Allocator) {
    this.allocator = allocator;
  }

  keep(bytes: Uint8Array): void {
    this.pieces.push(bytes);
  }

  /** Remembers a chunk whose payload is copied by {@link join}. */
  lend(chunk: StoredChunk, place: Place): void {
    this.pieces.push({ chunk, place });
  }

  /** The pieces in one array of so many bytes. In steps, since all that was lent is copied here. */
  *join(byteLength: number, onCopied: OnCopied): Generator<undefined, Uint8Array, unknown> {
    const file = this.allocator.allocate(byteLength);
    let at = 0;
    for (const piece of this.pieces.splice(0)) {
      at = putPiece(piece, file, at, onCopied);
      yield undefined;
    }
    return file;
  }

  /** The pieces as blocks, where the array's length is not known. */
  *blocks(onCopied: OnCopied): Generator<undefined, Uint8Array[], unknown> {
    const blocks: Uint8Array[] = [];
    for (const piece of this.pieces.splice(0)) {
      if (piece instanceof Uint8Array) blocks.push(piece);
      else {
        const block = new Uint8Array(piece.place.length);
        putPiece(piece, block, 0, onCopied);
        blocks.push(block);
        yield undefined;
      }
    }
    return blocks;
  }
}

function putPiece(piece: Piece, bytes: Uint8Array, at: number, onCopied: OnCopied): number {
  if (piece instanceof Uint8Array) {
    bytes.set(piece, at);
    return at + piece.length;
  }
  const end = putChunk(piece.chunk, bytes, at);
  onCopied(piece.place, bytes, at, end);
  return end;
}
