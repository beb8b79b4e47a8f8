/**
 * Step 4', workers for those who may come to need them. In: tasks. Out: results, from workers if the first task is worth it.
 * The pool is loaded with that task: who never has one loads neither it nor comlink.
 */

import type { CodecResult, CodecTask, Executor } from "../codec/executor.ts";
import { closedError, inlineExecutor } from "./inline.ts";
import type { PoolOptions } from "./pool.ts";
import { Signals } from "./signals.ts";

/**
 * Starting a worker costs as much as compressing some megabytes: a writer whose first task is smaller has only that one,
 * and it is done at once. Readers ask for as much as pays.
 */
const MIN_FIRST_TASK_BYTES = 768 * 1024;

/** One user's workers, shared with whoever asks for the same ones; nothing is loaded or started before it is needed. */
export function lazyPool(options: PoolOptions): Executor {
  return new LazyPool(options);
}

class LazyPool implements Executor {
  private readonly options: PoolOptions;
  private readonly inline: Executor;
  /** Tasks that came while the pool was loaded: how to reject them. */
  private readonly waiting = new Set<(reason: unknown) => void>();
  private readonly signals = new Signals();
  private loading: Promise<Executor> | undefined;
  private pool: Executor | undefined;
  private closed = false;

  constructor(options: PoolOptions) {
    this.options = options;
    this.inline = inlineExecutor(options.codecs);
  }

  get workers(): number {
    return this.pool?.workers ?? (this.loading === undefined ? 0 : this.options.workers);
  }

  get fallback(): string | undefined {
    return this.pool?.fallback;
  }

  run(task: CodecTask, signal?: AbortSignal): Promise<CodecResult> {
    if (this.closed) return Promise.reject(closedError());
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.pool !== undefined) return this.pool.run(task, signal);
    if (this.loading === undefined && task.kind === "encode" && task.bytes.length < MIN_FIRST_TASK_BYTES) {
      return this.inline.run(task, signal);
    }
    this.loading ??= this.load();
    return this.runLater(this.loading, task, signal);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const reject of this.waiting) reject(closedError());
    this.pool?.close();
  }

  private runLater(loading: Promise<Executor>, task: CodecTask, signal?: AbortSignal): Promise<CodecResult> {
    return new Promise((resolve, reject) => {
      const stop = (reason: unknown) => {
        leave();
        reject(reason);
      };
      const unheard = signal === undefined ? undefined : this.signals.add(signal, stop);
      const leave = () => {
        this.waiting.delete(stop);
        unheard?.();
      };
      this.waiting.add(stop);
      void loading.then((pool) => {
        if (!this.waiting.has(stop)) return;
        leave();
        pool.run(task, signal).then(resolve, reject);
      });
    });
  }

  /** Never rejects: what cannot be loaded is done here. */
  private async load(): Promise<Executor> {
    const pool = await import("./share.ts").then(
      ({ joinPool }) => joinPool(this.options),
      (error) => inlineExecutor(this.options.codecs, `the code of the pool could not be loaded: ${String(error)}`),
    );
    this.pool = pool;
    if (this.closed) pool.close();
    return pool;
  }
}
