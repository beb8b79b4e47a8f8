/**
 * Step 3: values → payloads that are one chunk each, in writers that are reused. In: values. Out: their bytes.
 */

import { ByteWriter } from "../bytes/writer.ts";
import { encoderOf, shallowEncoderOf } from "../encode/encode.ts";
import type { ChunkContent } from "../schema/layout.ts";
import type { StructNode } from "../schema/node.ts";

/** A map of at least 4 bytes: the crate takes a shorter one for empty, and ignores what is behind the value. */
const MIN_MAP_PAYLOAD = 4;

/** One writer for each level of nested lists, since an outer list stays open while inner ones are written. */
export class PayloadWriters {
  private readonly writers: ByteWriter[] = [];
  private level = 0;

  /** An empty writer, the caller's until {@link close}. */
  open(): ByteWriter {
    let writer = this.writers[this.level];
    if (writer === undefined) {
      // Deep levels are short lists, one behind the other; only the outermost ones deserve a large slab.
      writer = new ByteWriter(this.level < 2 ? undefined : 1024);
      this.writers.push(writer);
    }
    this.level++;
    return writer;
  }

  /** Gives the last writer back. */
  close(): void {
    this.level--;
  }

  /** The inline fields of a struct; a copy, since its children are written before it. */
  struct(content: StructNode, value: unknown): Uint8Array {
    const writer = this.open();
    shallowEncoderOf(content)(writer, value as never);
    const payload = writer.peek().slice();
    writer.reset();
    this.close();
    return payload;
  }

  /** A value without chunks of its own; the bytes are valid until the next write. */
  value(content: ChunkContent, value: unknown): Uint8Array {
    const writer = this.open();
    if (content.kind === "map" && value instanceof Map && value.size === 0) writer.fixedU32(0);
    else encoderOf(content)(writer, value as never);
    if (content.kind === "map") while (writer.byteLength < MIN_MAP_PAYLOAD) writer.byte(0);
    const payload = writer.peek();
    writer.reset();
    this.close();
    return payload;
  }
}

/** The bytes of a few numbers. */
export function writeNumber(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter(16);
  write(writer);
  return writer.finish();
}
