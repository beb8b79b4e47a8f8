/** The command line: a line that shows how far a long piece of work is. In: numbers of bytes. Out: that line, on a terminal. */

import type { WriteStream } from "node:tty";

/** Often enough to look alive. */
const INTERVAL_MILLISECONDS = 100;
const BAR_WIDTH = 30;

/** A bar on a terminal; nothing anywhere else. */
export class ProgressLine {
  private readonly stream: WriteStream;
  private shownAt = 0;
  private shown = false;

  constructor(stream: WriteStream) {
    this.stream = stream;
  }

  show(done: number, total: number): void {
    const now = performance.now();
    if (this.stream.isTTY !== true || now - this.shownAt < INTERVAL_MILLISECONDS) return;
    this.shownAt = now;
    this.shown = true;
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const filled = Math.round(share * BAR_WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
    this.stream.write(`\r${bar} ${String(Math.floor(share * 100)).padStart(3)} %`);
  }

  /** Removes the line, so that what comes next has the place for itself. */
  clear(): void {
    if (!this.shown) return;
    this.shown = false;
    this.stream.write("\r\u001b[K");
  }
}
