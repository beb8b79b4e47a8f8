/** Executors: the contract for each of them, then what pools do with their workers. */
import { afterEach, describe, expect, test } from "vitest";
import type { CodecResult, Executor } from "../../src/codec/executor.ts";
import { createRegistry, defaultCodecs } from "../../src/codec/registry.ts";
import { ClosedError, isParcodeError, WorkerCrashedError } from "../../src/errors.ts";
import { inlineExecutor } from "../../src/worker/inline.ts";
import { lazyPool } from "../../src/worker/lazy.ts";
import { type AnyWorker, type PoolOptions, WorkerPool } from "../../src/worker/pool.ts";
import { joinPool } from "../../src/worker/share.ts";
import { runTask } from "../../src/worker/task.ts";
import { firstDifference } from "../support/bytes.ts";
import { rejectionOf } from "../support/rejection.ts";
import { crash, dyingWorker, silentWorker, testWorker, WatchedWorkers } from "../support/workers.ts";
import { describeExecutor, encodeTask } from "./conformance.ts";

const codecs = defaultCodecs;

describeExecutor("the inline executor", () => inlineExecutor(codecs), { workers: 0 });
for (const workers of [1, 3]) {
  const options = { workers, createWorker: testWorker, codecs };
  describeExecutor(`a pool of ${workers}`, () => new WorkerPool(options), { workers });
}
describeExecutor("a part of a shared pool", () => joinPool({ workers: 2, createWorker: testWorker, codecs }), {
  workers: 2,
});
describeExecutor(
  "a pool that is loaded when needed",
  () => lazyPool({ workers: 2, createWorker: testWorker, codecs }),
  {
    workers: 2,
  },
);
// The last one to leave: what the tests above shared ends here.
joinPool({ workers: 1, createWorker: testWorker, codecs }).close();

const made: Executor[] = [];
afterEach(() => {
  for (const executor of made.splice(0)) executor.close();
});

function keep<E extends Executor>(executor: E): E {
  made.push(executor);
  return executor;
}

/** Many tasks, enough for several rounds of every worker. */
function runMany(executor: Executor, count = 16): Promise<PromiseSettledResult<CodecResult>[]> {
  return Promise.allSettled(Array.from({ length: count }, (_, i) => executor.run(encodeTask(800_000, i))));
}

function expectRight(results: readonly PromiseSettledResult<CodecResult>[]): void {
  results.forEach((result, i) => {
    if (result.status === "rejected") throw result.reason;
    const expected = runTask(encodeTask(800_000, i), codecs);
    expect(firstDifference(result.value.bytes, expected.bytes), `task ${i}`).toBeUndefined();
  });
}

async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; !isSo() && attempt < 1000; attempt++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
}

describe("a pool", () => {
  const pool = (options: Partial<PoolOptions>) =>
    keep(new WorkerPool({ workers: 2, createWorker: testWorker, codecs, ...options }));

  test("starts nothing before its first task, then all its workers at once", async () => {
    const watched = new WatchedWorkers();
    const executor = pool({ workers: 3, createWorker: watched.createWorker });
    expect([watched.started, executor.workers]).toEqual([0, 0]);
    const first = executor.run(encodeTask(800_000));
    expect([watched.started, executor.workers]).toEqual([3, 3]);
    await first;
  });

  test("never gives a worker more than six tasks at once", async () => {
    const watched = new WatchedWorkers();
    expectRight(await runMany(pool({ createWorker: watched.createWorker })));
    expect(watched.mostTasksInOne).toBe(6);
  });

  test("has no workers when it has been idle, and starts them again", async () => {
    const watched = new WatchedWorkers();
    const executor = pool({ createWorker: watched.createWorker, idleMilliseconds: 20 });
    expectRight(await runMany(executor, 2));
    await until(() => watched.ended === 2);
    expect(executor.workers).toBe(0);
    expectRight(await runMany(executor, 4));
    expect(watched.started).toBe(4);
  });

  test("replaces one worker that dies: its tasks are rejected, the others are done", async () => {
    let started = 0;
    const createWorker = () => (++started === 1 ? dyingWorker(2) : testWorker());
    const executor = pool({ createWorker });
    const lost: PromiseRejectedResult[] = [];
    // The other worker may have been so fast that the first one had nothing to do.
    while (lost.length === 0) lost.push(...(await runMany(executor)).filter((result) => result.status === "rejected"));
    expect(lost.length).toBeLessThanOrEqual(6);
    for (const { reason } of lost) {
      expect(reason).toBeInstanceOf(WorkerCrashedError);
      expect(reason).toMatchObject({ code: "WorkerCrashed", retryable: true });
    }
    expect([started, executor.workers, executor.fallback, executor.isSound]).toEqual([3, 2, undefined, false]);
    expectRight(await runMany(executor));
  });

  test("works inline, and says why, when the replacement dies too", async () => {
    let started = 0;
    const createWorker = () => {
      started++;
      return dyingWorker(2);
    };
    const executor = pool({ workers: 1, createWorker });
    for (let round = 0; (round < 3 && executor.workers > 0) || round === 0; round++) await runMany(executor, 6);
    expectRight(await runMany(executor, 4));
    expect([started, executor.workers]).toEqual([2, 0]);
    expect(executor.fallback).toMatch(/out of memory|exited/);
  });

  test("counts a task that does not come back as lost with its worker", async () => {
    const createWorker = () => {
      const worker = testWorker();
      // Ready, and deaf: what it is told goes nowhere.
      worker.postMessage = () => undefined;
      return worker;
    };
    const executor = pool({ workers: 1, createWorker, lostMilliseconds: 30 });
    const error = await rejectionOf(executor.run(encodeTask(800_000)));
    expect(isParcodeError(error, "WorkerCrashed")).toBe(true);
    expect(error.message).toContain("did not come back");
  });

  test.each([
    ["cannot be created", () => Promise.reject(new Error("no workers today")), "no workers today"],
    ["does not answer", silentWorker, "did not answer"],
  ])("works inline if a worker %s, and says why", async (_name, createWorker, why) => {
    const executor = pool({ createWorker: createWorker as PoolOptions["createWorker"], readyMilliseconds: 20 });
    expectRight(await runMany(executor, 3));
    expect(executor.workers).toBe(0);
    expect(executor.fallback).toContain(why);
  });

  test("ends a worker that is created after close()", async () => {
    const watched = new WatchedWorkers();
    let create: (worker: AnyWorker) => void = () => undefined;
    const created = new Promise<AnyWorker>((resolve) => {
      create = resolve;
    });
    const executor = pool({ workers: 1, createWorker: () => created });
    const task = executor.run(encodeTask(800_000));
    executor.close();
    create(watched.createWorker());
    expect(await rejectionOf(task)).toBeInstanceOf(ClosedError);
    await until(() => watched.ended === 1);
  });

  test("leaves nothing on a signal when its tasks are done", async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...parameters: Parameters<typeof add>) => {
      listeners++;
      add(...parameters);
    };
    signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
      listeners--;
      remove(...parameters);
    };
    const executor = pool({});
    await Promise.all([1, 2, 3].map((seed) => executor.run(encodeTask(800_000, seed), signal)));
    await until(() => listeners === 0);
  });
});

describe("a pool that is shared", () => {
  const join = (options: Partial<PoolOptions>) =>
    keep(joinPool({ workers: 1, createWorker: testWorker, codecs, ...options }));

  test("has workers once, for users at the same time and one after the other", async () => {
    const watched = new WatchedWorkers();
    const [one, two] = [join(watched), join(watched)];
    await Promise.all([one.run(encodeTask(800_000)), two.run(encodeTask(800_000))]);
    one.close();
    two.close();
    expectRight(await runMany(join(watched), 3));
    expect([watched.started, watched.ended]).toEqual([1, 0]);
  });

  test.each([
    ["another number of workers", { workers: 2 }],
    ["another way to create them", { createWorker: () => testWorker() }],
    ["other codecs", { codecs: createRegistry([]) }],
  ])("is not shared with those who want %s", async (_name, wanted) => {
    const watched = new WatchedWorkers();
    await join(watched).run(encodeTask(800_000));
    const other = new WatchedWorkers();
    await join({ createWorker: other.createWorker, ...wanted }).run(encodeTask(800_000));
    expect(watched.started).toBe(1);
  });

  test("loses nothing of the others when one of them closes", async () => {
    const [one, two] = [join({}), join({})];
    const mine = runMany(one);
    const theirs = runMany(two);
    one.close();
    const rejected = (await mine).filter((result) => result.status === "rejected");
    expect(rejected.length).toBeGreaterThan(0);
    for (const { reason } of rejected) expect(reason).toBeInstanceOf(ClosedError);
    expectRight(await theirs);
    expect(two.workers).toBe(1);
  });

  test("is not given to others when a worker has died, and ends with its last user", async () => {
    const watched = new WatchedWorkers();
    let mayDie = true;
    const createWorker = () => {
      const worker = watched.createWorker();
      if (mayDie) setTimeout(() => crash(worker), 0);
      return worker;
    };
    const one = join({ createWorker });
    await runMany(one, 4);
    await until(() => watched.started >= 1 && one.workers >= 0);
    mayDie = false;
    const two = join({ createWorker });
    const before = watched.started;
    expectRight(await runMany(two, 4));
    expect(watched.started).toBeGreaterThan(before);
    expect(two.fallback).toBeUndefined();
    one.close();
    expectRight(await runMany(two, 4));
  });

  test("is the only one that is kept without users", async () => {
    const first = new WatchedWorkers();
    const second = new WatchedWorkers();
    for (const watched of [first, second]) {
      const executor = join(watched);
      await executor.run(encodeTask(800_000));
      executor.close();
    }
    expect([first.ended, second.ended]).toEqual([1, 0]);
  });
});

describe("a pool that is loaded when needed", () => {
  const lazy = (options: Partial<PoolOptions>) =>
    keep(lazyPool({ workers: 2, createWorker: testWorker, codecs, ...options }));

  test("does a first task that is small at once, and a large one in workers", async () => {
    const watched = new WatchedWorkers();
    const executor = lazy(watched);
    await executor.run(encodeTask(10_000));
    expect([watched.started, executor.workers, executor.fallback]).toEqual([0, 0, undefined]);
    expectRight(await runMany(executor, 3));
    await executor.run(encodeTask(10_000));
    expect([watched.started, executor.workers]).toEqual([2, 2]);
  });

  test("rejects at once when it is aborted or closed while it is loaded, and starts nothing", async () => {
    const watched = new WatchedWorkers();
    const executor = lazy(watched);
    const controller = new AbortController();
    const aborted = executor.run(encodeTask(800_000), controller.signal);
    const closed = executor.run(encodeTask(800_000));
    controller.abort(new Error("enough"));
    executor.close();
    expect((await rejectionOf(aborted)).message).toBe("enough");
    expect(await rejectionOf(closed)).toBeInstanceOf(ClosedError);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(watched.started).toBe(0);
  });
});
