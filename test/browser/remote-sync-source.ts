/** A source in a dedicated worker as a page sees it: every call is done there, also the one without a promise. */
import { ALL_CLASSES, type PlainError, reviveError } from "../../src/errors/plain.ts";
import type { ByteRange, ReadOptions, SourceTraffic, SyncSource } from "../../src/source/source.ts";

/** State, length of the bytes, traffic so far: requests and bytes; four integers in front of the bytes. */
export const HEADER_BYTES = 16;
export const STATE_BYTES = 1;
export const STATE_ERROR = 2;

/** Room for an error as text. */
const ERROR_BYTES = 16_384;

export type ActorRequest =
  | { readonly kind: "open"; readonly id: number; readonly path: string }
  | { readonly kind: "close" | "abort"; readonly id: number }
  | { readonly kind: "size"; readonly id: number; readonly isAborted: boolean }
  | { readonly kind: "read"; readonly id: number; readonly range: ByteRange; readonly isAborted: boolean }
  | { readonly kind: "readSync"; readonly id: number; readonly range: ByteRange; readonly shared: SharedArrayBuffer };

interface Opened {
  readonly name: string;
  readonly byteLength: number;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: PlainError;
  readonly isAbort?: boolean;
  readonly traffic?: SourceTraffic;
}

class Actor {
  readonly worker = new Worker(new URL("./sync-source-actor.ts", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #id = 0;
  traffic: SourceTraffic | undefined;

  async start(): Promise<void> {
    await new Promise((resolve) => this.worker.addEventListener("message", resolve, { once: true }));
    this.worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.#waiting.get(data.id)?.(data));
  }

  nextId(): number {
    return ++this.#id;
  }

  async ask(request: ActorRequest, signal?: AbortSignal): Promise<unknown> {
    const aborted = () => this.worker.postMessage({ kind: "abort", id: request.id });
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(request.id, resolve);
      this.worker.postMessage(request);
      signal?.addEventListener("abort", aborted);
    });
    signal?.removeEventListener("abort", aborted);
    this.traffic = answer.traffic;
    // The reason itself stays on this side.
    if (answer.isAbort === true) throw signal?.reason;
    if (answer.error !== undefined) throw reviveError(answer.error, ALL_CLASSES);
    return answer.result;
  }

  askAtOnce(range: ByteRange): Uint8Array {
    const room = Math.max(ERROR_BYTES, range.end - range.start || 0);
    const shared = new SharedArrayBuffer(HEADER_BYTES + room);
    this.worker.postMessage({ kind: "readSync", id: this.nextId(), range, shared });
    const header = new Int32Array(shared, 0, HEADER_BYTES / 4);
    const end = performance.now() + 10_000;
    // A page may not sleep on shared memory, so it asks until the answer is there.
    while (Atomics.load(header, 0) === 0) {
      if (performance.now() > end) throw new Error("The worker gave no answer.");
    }
    const [state, length = 0, requests = 0, bytesReceived = 0] = header;
    this.traffic = { requests, bytesReceived };
    const bytes = new Uint8Array(length);
    bytes.set(new Uint8Array(shared, HEADER_BYTES, length));
    if (state === STATE_BYTES) return bytes;
    throw reviveError(JSON.parse(new TextDecoder().decode(bytes)) as PlainError, ALL_CLASSES);
  }
}

/** A sync access handle's source in a worker of its own. */
export async function remoteSyncSource(path: string): Promise<{ source: SyncSource; dispose: () => void }> {
  const actor = new Actor();
  await actor.start();
  const { name, byteLength } = (await actor.ask({ kind: "open", id: actor.nextId(), path })) as Opened;
  const source: SyncSource = {
    name,
    byteLength,
    get traffic() {
      return actor.traffic;
    },
    size: ({ signal }: ReadOptions = {}) => {
      const request = { kind: "size", id: actor.nextId(), isAborted: signal?.aborted === true } as const;
      return actor.ask(request, signal) as Promise<number>;
    },
    read: (range, { signal }: ReadOptions = {}) => {
      const request = { kind: "read", id: actor.nextId(), range, isAborted: signal?.aborted === true } as const;
      return actor.ask(request, signal) as Promise<Uint8Array>;
    },
    readSync: (range) => actor.askAtOnce(range),
    close: async () => void (await actor.ask({ kind: "close", id: actor.nextId() })),
  };
  return { source, dispose: () => actor.worker.terminate() };
}
