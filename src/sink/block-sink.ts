/**
 * Step 5 of the way, shared by sinks into the browser's storage: pieces of all sizes become blocks of one. In: consecutive pieces.
 * Out: blocks to a writer, which is opened by the first of them.
 */
import { ParcodeError } from "../errors.ts";
import { CallQueue } from "./call-queue.ts";
import { SinkLifecycle } from "./lifecycle.ts";
import type { Sink } from "./sink.ts";

/** A block of bytes that its writer may keep or hand to another thread. */
export type Block = Uint8Array<ArrayBuffer>;

/** Writes one file, here or in a worker. After an error only `discard()` is called. */
export interface BlockWriter {
  /** Appends the first `length` bytes of the block, and gives a block to fill next: the same, or another. */
  write(block: Block, length: number): Promise<Block>;
  /** Writes `bytes` over the first ones of the file, which have been written. */
  writeFront(bytes: Uint8Array): Promise<void>;
  /** Completes the file and makes it visible. */
  publish(): Promise<void>;
  /** Removes what was written. Never throws. */
  discard(): Promise<void>;
}

export abstract class BlockSink implements Sink {
  readonly name: string;
  readonly #blockBytes: number;
  readonly #lifecycle: SinkLifecycle;
  readonly #calls = new CallQueue();
  #writer: BlockWriter | undefined;
  #block: Block | undefined;
  #filled = 0;

  constructor(name: string, blockBytes: number) {
    this.name = name;
    this.#blockBytes = blockBytes;
    this.#lifecycle = new SinkLifecycle(name);
  }

  protected abstract openWriter(): Promise<BlockWriter>;

  write(bytes: Uint8Array): void | Promise<void> {
    this.#lifecycle.checkWritable();
    const fits = this.#filled + bytes.byteLength < this.#blockBytes;
    if (fits && this.#block !== undefined && this.#calls.isIdle) {
      this.#keep(bytes);
      return;
    }
    return this.#calls.run(async () => {
      this.#lifecycle.checkWritable();
      await this.#attempt(() => this.#append(bytes));
    });
  }

  async writeFront(bytes: Uint8Array): Promise<void> {
    this.#lifecycle.checkWritable();
    await this.#calls.run(async () => {
      this.#lifecycle.checkWritable();
      await this.#attempt(async () => {
        const writer = await this.#open();
        await this.#flush(writer);
        await writer.writeFront(bytes);
      });
    });
  }

  async close(): Promise<void> {
    this.#lifecycle.checkWritable();
    await this.#calls.run(async () => {
      this.#lifecycle.checkWritable();
      await this.#attempt(() => this.#complete());
      this.#lifecycle.close();
    });
  }

  async abort(reason?: unknown): Promise<void> {
    if (this.#lifecycle.abort(reason)) await this.#calls.run(() => this.#discard());
  }

  async #append(bytes: Uint8Array): Promise<void> {
    const writer = await this.#open();
    for (let rest = bytes; rest.byteLength > 0; ) {
      rest = rest.subarray(this.#keep(rest));
      if (this.#filled === this.#blockBytes) await this.#flush(writer);
    }
  }

  /** Copies what fits into the block. Returns how much. */
  #keep(bytes: Uint8Array): number {
    this.#block ??= new Uint8Array(this.#blockBytes);
    const piece = bytes.subarray(0, this.#blockBytes - this.#filled);
    this.#block.set(piece, this.#filled);
    this.#filled += piece.byteLength;
    return piece.byteLength;
  }

  async #flush(writer: BlockWriter): Promise<void> {
    const block = this.#block;
    if (block === undefined || this.#filled === 0) return;
    const length = this.#filled;
    this.#block = undefined;
    this.#filled = 0;
    this.#block = await writer.write(block, length);
  }

  async #open(): Promise<BlockWriter> {
    this.#writer ??= await this.openWriter();
    return this.#writer;
  }

  async #complete(): Promise<void> {
    const writer = await this.#open();
    await this.#flush(writer);
    this.#lifecycle.checkWritable(); // The last moment at which an abort counts.
    await writer.publish();
    this.#writer = undefined;
    this.#block = undefined;
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      await this.#discard();
      this.#lifecycle.checkWritable(); // Aborted while it worked: that is what to say then.
      if (cause instanceof ParcodeError) throw this.#lifecycle.failAs(cause);
      throw this.#lifecycle.fail(`the file could not be written: ${String(cause)}.`, cause);
    }
  }

  async #discard(): Promise<void> {
    const writer = this.#writer;
    this.#writer = undefined;
    this.#block = undefined;
    this.#filled = 0;
    await writer?.discard();
  }
}
