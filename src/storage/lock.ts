/**
 * Storage, shared by sinks and sources: who writes what. In: a name. Out: a lock that all tabs and workers of the origin see,
 * and that the browser takes back when its holder dies.
 */

/** A lock that is held until `release()`, which is done when others can have it. */
export interface HeldLock {
  release(): Promise<void>;
}

/** A second look after so long: a lock that another thread has just released may not be free here yet. */
const SECOND_TRY_MILLISECONDS = 50;

/** The lock, or `undefined` where somebody else holds it. Without Web Locks there is no telling, and everybody gets it. */
export async function tryLock(name: string): Promise<HeldLock | undefined> {
  const held = await request(name);
  if (held !== undefined) return held;
  await new Promise((resolve) => setTimeout(resolve, SECOND_TRY_MILLISECONDS));
  return request(name);
}

/** Whether locks can be had here: without them, what belongs to a living writer cannot be told from leftovers. */
export function hasLocks(): boolean {
  return globalThis.navigator?.locks !== undefined;
}

/**
 * Calls `onFree` when the lock's holder has released it or died, while holding the lock itself; the only way in which a
 * browser tells that a worker is dead. Returns what ends the watch.
 */
export function watchLock(name: string, onFree: () => void | Promise<void>): () => void {
  if (!hasLocks()) return () => undefined;
  const controller = new AbortController();
  const { signal } = controller;
  navigator.locks
    .request(name, { signal }, async () => {
      if (!signal.aborted) await onFree();
    })
    .catch(() => undefined);
  return () => controller.abort();
}

function request(name: string): Promise<HeldLock | undefined> {
  if (!hasLocks()) return Promise.resolve({ release: () => Promise.resolve() });
  return new Promise((resolve, reject) => {
    const over = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (lock === null) return resolve(undefined);
      return new Promise<void>((end) => {
        const release = async (): Promise<void> => {
          end();
          await over;
        };
        resolve({ release });
      });
    });
    over.catch(reject);
  });
}
