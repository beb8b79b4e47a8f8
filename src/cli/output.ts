/**
 * The command line: what goes out. In: pieces of text. Out: standard output at the pace of whoever reads it, and one line
 * on standard error where something is wrong.
 */

import type { Writable } from "node:stream";
import { isParcodeError } from "../errors.ts";

/** Pieces are gathered to this many characters: a write is a system call. */
const BLOCK_CHARACTERS = 64 * 1024;

/** Writes text to a stream and waits for it. */
export class Output {
  private readonly stream: Writable;
  private block: string[] = [];
  private blockLength = 0;

  constructor(stream: Writable) {
    this.stream = stream;
    // Each write hears of its own failure; without a listener, the stream would end the process with a stack.
    stream.on("error", () => undefined);
  }

  /** Rejects when the text cannot be taken, as `head` does not when it has seen enough. */
  async write(text: string): Promise<void> {
    this.block.push(text);
    this.blockLength += text.length;
    if (this.blockLength >= BLOCK_CHARACTERS) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.block.join("");
    this.block = [];
    this.blockLength = 0;
    if (text === "") return;
    await new Promise<void>((resolve, reject) => {
      this.stream.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }
}

/** Whether `error` says that nobody reads our output any more. */
export function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED");
}

/** An error on one line: code, message, and the coordinates that the message does not name. */
export function errorLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message.replace(/\s*\n\s*/g, " ");
  if (!isParcodeError(error)) return error.name === "CommandError" ? message : `${error.name}: ${message}`;
  const { code, chunkOffset, byteOffset } = error;
  const coordinates = [
    chunkOffset === undefined || message.includes(`offset ${chunkOffset}`) ? [] : [`chunk at offset ${chunkOffset}`],
    byteOffset === undefined || message.includes(String(byteOffset)) ? [] : [`at byte ${byteOffset}`],
  ].flat();
  return `${code}: ${message}${coordinates.length > 0 ? ` (${coordinates.join(", ")})` : ""}`;
}

/** 1234567 as 1,234,567, whatever the language of the machine. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
