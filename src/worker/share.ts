/**
 * Step 4', who shares workers: starting them takes 50 ms and more, so all who ask for the same ones use one pool, and it stays
 * warm for a while when the last of them has left. In: which workers are wanted. Out: an executor for one user.
 */

import type { CodecResult, CodecTask, Executor } from "../codec/executor.ts";
import { closedError } from "./inline.ts";
import { type Job, type PoolOptions, WorkerPool } from "./pool.ts";

/** A pool and how many use it. */
interface Shared {
  readonly pool: WorkerPool;
  readonly options: PoolOptions;
  users: number;
}

const pools = new Set<Shared>();

/**
 * One user's part of a pool that others with the same options may use, too. `close()` ends what this user has under way, and
 * nothing of the others.
 */
export function joinPool(options: PoolOptions): Executor {
  let shared = [...pools].find((candidate) => fits(candidate, options));
  if (shared === undefined) {
    shared = { pool: new WorkerPool(options), options, users: 0 };
    pools.add(shared);
  }
  shared.users++;
  return new PoolUser(shared);
}

/** A pool in which a worker has died or could not be had is left to those who have it: others try afresh. */
function fits({ pool, options }: Shared, wanted: PoolOptions): boolean {
  return (
    pool.isSound &&
    options.workers === wanted.workers &&
    options.createWorker === wanted.createWorker &&
    options.codecs === wanted.codecs
  );
}

/**
 * Keeps one pool without users, so that a program that makes a new `createWorker` for each call does not gather workers. Its
 * workers end by themselves when they have been idle for some seconds.
 */
function leave(left: Shared): void {
  left.users--;
  for (const shared of pools) {
    if (shared.users > 0 || (shared === left && shared.pool.isSound)) continue;
    pools.delete(shared);
    shared.pool.close();
  }
}

class PoolUser implements Executor {
  private readonly shared: Shared;
  private readonly jobs = new Set<Job>();
  private closed = false;

  constructor(shared: Shared) {
    this.shared = shared;
  }

  get workers(): number {
    return this.shared.pool.workers;
  }

  get fallback(): string | undefined {
    return this.shared.pool.fallback;
  }

  run(task: CodecTask, signal?: AbortSignal): Promise<CodecResult> {
    if (this.closed) return Promise.reject(closedError());
    const job = this.shared.pool.begin(task, signal);
    this.jobs.add(job);
    const settled = () => this.jobs.delete(job);
    job.result.then(settled, settled);
    return job.result;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const job of this.jobs) this.shared.pool.forget(job, closedError());
    leave(this.shared);
  }
}
