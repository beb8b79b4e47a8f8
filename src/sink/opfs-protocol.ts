/** Step 5 of the way, in OPFS: what goes between a page and the worker that writes for it. Errors go as data. */
import type { PlainError } from "../errors/plain.ts";
import type { Block } from "./block-sink.ts";

/** First message of the worker, posted when it can be called. */
export const READY = "parcode-opfs-ready";

/** A result, or an error as data. */
export type Answer<Result> = { readonly result: Result } | { readonly error: PlainError };

/** What the worker exposes. It writes one file and is ended then. */
export interface OpfsWorkerApi {
  /** Gives the temporary name, on which the worker holds a lock while it lives. */
  open(path: string): Promise<Answer<string>>;
  /** Takes the block over, and gives it back for more. */
  write(block: Block, length: number): Promise<Answer<Block>>;
  writeFront(bytes: Uint8Array): Promise<Answer<void>>;
  publish(): Promise<Answer<void>>;
  discard(): Promise<Answer<void>>;
}
