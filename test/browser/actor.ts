/** Starts another context of the same origin: a worker that writes and reads by itself. */
import * as Comlink from "comlink";
import type { Actor } from "./opfs-actor.ts";

export async function startActor(): Promise<
  { readonly api: Comlink.Remote<Actor>; readonly kill: () => void } & AsyncDisposable
> {
  const worker = new Worker(new URL("./opfs-actor.ts", import.meta.url), { type: "module" });
  await new Promise((resolve) => worker.addEventListener("message", resolve, { once: true }));
  const kill = () => worker.terminate();
  return { api: Comlink.wrap<Actor>(worker), kill, [Symbol.asyncDispose]: async () => kill() };
}
