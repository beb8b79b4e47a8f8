/**
 * Step 5 of the way, shared by all sinks: what may be called when. In: the calls. Out: nothing, or the same typed error
 * for the same misuse whatever the sink.
 */
import { ClosedError, type ParcodeError, SinkFailedError } from "../errors.ts";

/** open → closed, or open → aborted; a failure keeps a sink open for `abort()` only. */
export class SinkLifecycle {
  readonly #name: string;
  #state: "open" | "closed" | "aborted" = "open";
  #reason: unknown;
  #failure: ParcodeError | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /**
   * At the start of `write` and `close`.
   * @throws {ClosedError} The sink was closed or aborted. @throws {SinkFailedError} An earlier write failed; the same error.
   */
  checkWritable(): void {
    if (this.#failure !== undefined && this.#state === "open") throw this.#failure;
    if (this.#state === "open") return;
    const what = this.#state === "closed" ? "closed: its file is complete" : "aborted: there is no file to add to";
    throw new ClosedError(`${this.#name}: the sink was ${what}.`, { cause: this.#reason });
  }

  /** No call but `abort()` succeeds any more, so that a file with a hole is never completed. Returns what to throw. */
  fail(problem: string, cause: unknown): ParcodeError {
    return this.failAs(new SinkFailedError(`${this.#name}: ${problem}`, { cause }));
  }

  /** The same for a failure that has a class of its own. */
  failAs(error: ParcodeError): ParcodeError {
    this.#failure ??= error;
    return this.#failure;
  }

  close(): void {
    this.#state = "closed";
  }

  /** Whether there is anything to give up: false after `close()` and after an earlier abort. */
  abort(reason: unknown): boolean {
    if (this.#state !== "open") return false;
    this.#state = "aborted";
    this.#reason = reason;
    return true;
  }

  get isAborted(): boolean {
    return this.#state === "aborted";
  }

  /**
   * Before handing out the result.
   * @throws {SinkFailedError} There is none: not closed yet, or aborted.
   */
  checkComplete(): void {
    if (this.#state === "closed") return;
    const why = this.#state === "open" ? "is not complete yet: close() the sink first" : "was given up by abort()";
    throw new SinkFailedError(`${this.#name}: the file ${why}.`, { cause: this.#failure ?? this.#reason });
  }
}
