/** A maker in a worker of its own, so that the page's thread has nothing to do with texts of many megabytes. */

import type { Built, Control, Maker, Material, Order, Understood } from "./maker.ts";
import { type Answer, type Calls, RemoteFailure, type Request } from "./protocol.ts";
import type { Arrangement } from "./rows.ts";

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (reason: unknown) => void;
  readonly control: Control;
}

/** Parsing cannot be interrupted: a worker that has not ended so long after it was told to is ended. */
const PATIENCE_MILLISECONDS = 500;

/** Starts the worker. Rejects where there are none. */
export async function startRemoteMaker(): Promise<Maker> {
  const worker = new Worker(new URL("./maker.worker.ts", import.meta.url), { type: "module" });
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener("message", () => resolve(), { once: true });
    worker.addEventListener("error", () => reject(new Error("The worker could not be started.")), { once: true });
  });
  return new RemoteMaker(worker);
}

class RemoteMaker implements Maker {
  readonly isRemote = true;
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  isClosed = false;

  constructor(worker: Worker) {
    this.worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.take(data));
    worker.addEventListener("error", (event) => this.end(new Error(`The worker failed: ${event.message}`)));
  }

  read(material: Material, control: Control): Promise<Understood> {
    return this.call("read", material, control);
  }

  arrange(arrangement: Arrangement | undefined, control: Control): Promise<Understood> {
    return this.call("arrange", arrangement, control);
  }

  build(order: Order, control: Control): Promise<Built> {
    return this.call("build", order, control);
  }

  close(): void {
    this.end(new DOMException("The maker was closed.", "AbortError"));
  }

  private async call<C extends keyof Calls>(
    call: C,
    argument: Calls[C]["argument"],
    control: Control,
  ): Promise<Calls[C]["result"]> {
    const { signal } = control;
    signal?.throwIfAborted();
    if (this.isClosed) throw new DOMException("The maker was closed.", "AbortError");
    const id = ++this.lastId;
    const abort = (): void => this.abort(id, signal?.reason);
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise<Calls[C]["result"]>((resolve, reject) => {
        this.waiting.set(id, { resolve, reject, control });
        this.worker.postMessage({ id, call, argument } as Request);
      });
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  private abort(id: number, reason: unknown): void {
    this.worker.postMessage({ id, call: "abort" } satisfies Request);
    setTimeout(() => {
      if (this.waiting.has(id)) this.end(reason);
    }, PATIENCE_MILLISECONDS);
  }

  private take(answer: Answer): void {
    if (answer.kind === "ready") return;
    const call = this.waiting.get(answer.id);
    if (call === undefined) return;
    if (answer.kind === "step") return call.control.onStep?.(answer.step);
    this.waiting.delete(answer.id);
    if (answer.kind === "result") call.resolve(answer.result as never);
    else call.reject(answer.failure.isCancelled === true ? abortError() : new RemoteFailure(answer.failure));
  }

  private end(reason: unknown): void {
    this.isClosed = true;
    this.worker.terminate();
    for (const { reject } of this.waiting.values()) reject(reason);
    this.waiting.clear();
  }
}

function abortError(): DOMException {
  return new DOMException("Cancelled.", "AbortError");
}
