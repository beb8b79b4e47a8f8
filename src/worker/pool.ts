/**
 * Step 4', the pool: workers that take tasks, and the calling thread where they cannot. In: tasks. Out: results, in the
 * order they are ready. A worker that dies rejects what it had, is replaced once, and after that the pool works inline.
 * Nothing but `share.ts` imports this at run time, and that is loaded when workers are wanted: a reader that wants none
 * does not carry comlink.
 */

import * as Comlink from "comlink";
import type { CodecResult, CodecTask, Executor } from "../codec/executor.ts";
import type { CodecRegistry } from "../codec/registry.ts";
import { WorkerCrashedError } from "../errors.ts";
import { closedError, inlineExecutor } from "./inline.ts";
import { endpointOf, type NodePort, READY, resultOf, taskBuffers, type WebPort, type WorkerApi } from "./protocol.ts";
import { Signals } from "./signals.ts";

/** A worker of the platform: a browser's Worker, or a Worker of node:worker_threads. */
export type AnyWorker = (NodePort | WebPort) & { terminate(): unknown };

/**
 * Tasks wait in the worker while the first one runs: a writer looks at answers only every 10 ms, in which a worker compresses some megabytes.
 */
const TASKS_PER_WORKER = 6;

/** A worker starts in 20–60 ms; one that is silent for so long was not loaded: a policy, a missing file. */
const READY_MILLISECONDS = 2000;

/**
 * A browser does not tell when a worker dies. A task is a megabyte, some ten milliseconds of work; one that has not
 * come back after so long is lost with its worker.
 */
const LOST_MILLISECONDS = 20_000;

/** Workers are kept for the next write or large load, but not for ever. */
const IDLE_MILLISECONDS = 5000;

export interface PoolOptions {
  readonly workers: number;
  readonly createWorker: () => AnyWorker | Promise<AnyWorker>;
  readonly codecs: CodecRegistry;
  /** For tests: milliseconds after which a silent worker or a task counts as lost, and an idle pool has no workers. */
  readonly readyMilliseconds?: number;
  readonly lostMilliseconds?: number;
  readonly idleMilliseconds?: number;
}

/** A task on its way through a pool. */
export interface Job {
  readonly task: CodecTask;
  readonly result: Promise<CodecResult>;
  /** What comes after the first of these two is dropped. */
  readonly resolve: (result: CodecResult) => void;
  readonly reject: (reason: unknown) => void;
}

/** One worker and what it is doing. */
interface Slot {
  readonly worker: AnyWorker;
  readonly api: Comlink.Remote<WorkerApi>;
  readonly running: Set<Job>;
  ready: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Starts workers at the first task; nothing is started for a pool that is never used. */
export class WorkerPool implements Executor {
  fallback: string | undefined;
  /** Whether no worker has died or could not be had. */
  isSound = true;
  private readonly options: PoolOptions;
  private readonly slots = new Set<Slot>();
  private readonly queue: Job[] = [];
  private readonly signals = new Signals();
  private starting = 0;
  private started = false;
  private replacements = 1;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private closed = false;
  private readonly inline: Executor;

  constructor(options: PoolOptions) {
    this.options = options;
    this.inline = inlineExecutor(options.codecs);
  }

  get workers(): number {
    return this.slots.size + this.starting;
  }

  run(task: CodecTask, signal?: AbortSignal): Promise<CodecResult> {
    return this.begin(task, signal).result;
  }

  /** As `run`; gives the job, so that {@link forget} can be told which one. */
  begin(task: CodecTask, signal?: AbortSignal): Job {
    const job = jobOf(task);
    if (this.closed) job.reject(closedError());
    else if (signal?.aborted === true) job.reject(signal.reason);
    else {
      this.queue.push(job);
      if (signal !== undefined) {
        const settled = this.signals.add(signal, (reason) => this.forget(job, reason));
        job.result.then(settled, settled);
      }
      if (!this.started) {
        this.started = true;
        for (let i = 0; i < this.options.workers; i++) void this.start();
      }
      this.dispatch();
    }
    return job;
  }

  /** A job that nobody wants any more: its caller is told at once; a result that still comes is dropped. */
  forget(job: Job, reason: unknown): void {
    const at = this.queue.indexOf(job);
    if (at >= 0) this.queue.splice(at, 1);
    job.reject(reason);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.idle);
    const jobs = this.queue.splice(0);
    for (const slot of this.slots) jobs.push(...this.end(slot));
    for (const job of jobs) job.reject(closedError());
  }

  private async start(): Promise<void> {
    this.starting++;
    let worker: AnyWorker;
    try {
      worker = await this.options.createWorker();
    } catch (error) {
      this.starting--;
      return this.unavailable(`a worker could not be created: ${String(error)}`);
    }
    this.starting--;
    const api = Comlink.wrap<WorkerApi>(endpointOf(worker));
    const slot: Slot = { worker, api, running: new Set(), ready: false, timer: undefined };
    this.slots.add(slot);
    if (this.closed) return void this.end(slot);
    slot.timer = setTimeout(
      () => this.lost(slot, "the worker did not answer"),
      this.options.readyMilliseconds ?? READY_MILLISECONDS,
    );
    listen(worker, {
      ready: () => {
        if (slot.ready) return;
        slot.ready = true;
        clearTimeout(slot.timer);
        this.dispatch();
      },
      died: (why) => this.lost(slot, why),
    });
    // What keeps a program of Node alive is a task's timer, not a worker without a task. Each listener has undone this.
    (worker as { unref?: () => void }).unref?.();
  }

  private dispatch(): void {
    clearTimeout(this.idle);
    for (let slot = this.idlest(); slot !== undefined; slot = this.idlest()) {
      const job = this.queue.shift();
      if (job === undefined) return this.rest();
      this.send(slot, job);
    }
    if (this.slots.size === 0 && this.starting === 0) this.runInline();
  }

  /** The worker with the fewest tasks, if it may have another one. */
  private idlest(): Slot | undefined {
    let idlest: Slot | undefined;
    for (const slot of this.slots) {
      const fewest = idlest?.running.size ?? TASKS_PER_WORKER;
      if (slot.ready && slot.running.size < fewest) idlest = slot;
    }
    return idlest;
  }

  /** Ends the workers when there has been nothing to do for a while; the next task starts them again. */
  private rest(): void {
    if ([...this.slots].some((slot) => slot.running.size > 0)) return;
    this.idle = setTimeout(() => {
      for (const slot of this.slots) this.end(slot);
      this.started = false;
    }, this.options.idleMilliseconds ?? IDLE_MILLISECONDS);
    // A timer of Node must not keep a program alive for this.
    (this.idle as { unref?: () => void }).unref?.();
  }

  private send(slot: Slot, job: Job): void {
    slot.running.add(job);
    this.watch(slot);
    const { task } = job;
    slot.api.run(Comlink.transfer(task, taskBuffers(task))).then(
      (answer) => {
        if (!slot.running.delete(job)) return;
        this.watch(slot);
        try {
          job.resolve(resultOf(answer));
        } catch (error) {
          job.reject(error);
        }
        this.dispatch();
      },
      (error) => this.lost(slot, `a message to it failed: ${String(error)}`),
    );
  }

  /** Restarts the clock of a worker that has something to do. */
  private watch(slot: Slot): void {
    clearTimeout(slot.timer);
    if (slot.running.size === 0) return;
    slot.timer = setTimeout(
      () => this.lost(slot, "a task did not come back"),
      this.options.lostMilliseconds ?? LOST_MILLISECONDS,
    );
  }

  /** A worker that never answered leaves its work to others; one that died loses what it had, and is replaced once. */
  private lost(slot: Slot, why: string): void {
    if (!this.slots.has(slot)) return;
    this.isSound = false;
    const { ready } = slot;
    const jobs = this.end(slot);
    for (const job of jobs) {
      job.reject(
        new WorkerCrashedError(`A worker ended in the middle of a task: ${why}. Calling again may work.`, {
          actual: why,
        }),
      );
    }
    if (ready && this.replacements > 0) {
      this.replacements--;
      void this.start();
    } else {
      this.unavailable(why);
    }
  }

  private unavailable(why: string): void {
    this.isSound = false;
    this.fallback ??= why;
    this.dispatch();
  }

  private runInline(): void {
    for (const job of this.queue.splice(0)) this.inline.run(job.task).then(job.resolve, job.reject);
  }

  private end(slot: Slot): Job[] {
    this.slots.delete(slot);
    slot.ready = false;
    clearTimeout(slot.timer);
    slot.worker.terminate();
    const jobs = [...slot.running];
    slot.running.clear();
    return jobs;
  }
}

function jobOf(task: CodecTask): Job {
  let resolve: Job["resolve"] = () => undefined;
  let reject: Job["reject"] = () => undefined;
  const result = new Promise<CodecResult>((...settle) => {
    [resolve, reject] = settle;
  });
  return { task, result, resolve, reject };
}

/** Events of a worker of either platform. */
function listen(worker: AnyWorker, on: { ready: () => void; died: (why: string) => void }): void {
  if ("on" in worker) {
    worker.on("message", (data) => data === READY && on.ready());
    worker.on("error", (error) => on.died(String(error)));
    worker.on("exit", (code) => on.died(`it exited with code ${code}`));
    return;
  }
  worker.addEventListener("message", (event) => (event as MessageEvent).data === READY && on.ready());
  // The event of a script that was not found or is forbidden by a policy has no message.
  worker.addEventListener("error", (event) =>
    on.died((event as ErrorEvent).message ?? "its script could not be loaded"),
  );
  worker.addEventListener("messageerror", () => on.died("a message could not be read"));
}
