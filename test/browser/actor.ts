/** Starts another context of the same origin: a worker that writes and reads by itself. */
import * as Comlink from "comlink";
import type { IndexedDbActor } from "./indexeddb-actor.ts";
import type { Actor } from "./opfs-actor.ts";

interface Running<Api> extends AsyncDisposable {
  readonly api: Comlink.Remote<Api>;
  kill(): void;
}

export function startActor(): Promise<Running<Actor>> {
  return start(new Worker(new URL("./opfs-actor.ts", import.meta.url), { type: "module" }));
}

export function startIndexedDbActor(): Promise<Running<IndexedDbActor>> {
  return start(new Worker(new URL("./indexeddb-actor.ts", import.meta.url), { type: "module" }));
}

async function start<Api>(worker: Worker): Promise<Running<Api>> {
  await new Promise((resolve) => worker.addEventListener("message", resolve, { once: true }));
  const kill = () => worker.terminate();
  return { api: Comlink.wrap<Api>(worker), kill, [Symbol.asyncDispose]: async () => kill() };
}
