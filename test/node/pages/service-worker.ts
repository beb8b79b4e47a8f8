/** A page that reads a file from its service worker. */

import { chunk, hashMap, open, serialize, str, struct, u32, vec } from "parcode-web";
import { inspect } from "parcode-web/inspect";

interface Asked {
  readonly range: string;
  readonly cache: string;
}

export interface ServiceWorkerOutcome {
  readonly error?: string;
  readonly item: number;
  readonly name: number | undefined;
  readonly damaged: number;
  readonly reloads: number;
  readonly requests: number;
  /** What the worker was asked, in order. */
  readonly asked: readonly Asked[];
  readonly askedOfDamaged: readonly Asked[];
}

const World = struct({ list: chunk(vec(u32)), names: hashMap(str, u32) });

async function outcome(): Promise<ServiceWorkerOutcome> {
  const bytes = await serialize(
    World,
    {
      list: Array.from({ length: 100_000 }, (_, i) => i * 3),
      names: new Map(Array.from({ length: 3000 }, (_, i) => [`name ${i}`, i])),
    },
    { layout: "faststart" },
  );
  await (await caches.open("files")).put("/offline/world.par", new Response(new Blob([bytes])));
  await navigator.serviceWorker.register("/sw.js");
  const { active } = await navigator.serviceWorker.ready;
  if (navigator.serviceWorker.controller === null)
    await new Promise((resolve) =>
      navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }),
    );
  const asked = (): Promise<Asked[]> =>
    new Promise((resolve) => {
      navigator.serviceWorker.addEventListener("message", ({ data }) => resolve(data), { once: true });
      active?.postMessage("asked");
    });

  const file = await open("/offline/world.par", World);
  const item = await file.root.list.at(99_000);
  const name = await file.root.names.get("name 77");
  const { requests } = file.stats;
  await file.close();
  const allAsked = await asked();

  const { root } = await inspect(bytes);
  const shards = root.children.find(({ children }) => children.length > 2)?.children ?? [];
  const shard = shards[Math.floor((70_000 / 100_000) * shards.length)];
  const broken = await open(`/offline/world.par?flip=${shard?.offset}`, World);
  const damaged = await broken.root.list.at(70_000);
  const { reloads } = broken.stats;
  await broken.close();
  return { item, name, damaged, reloads, requests, asked: allAsked, askedOfDamaged: await asked() };
}

Object.assign(globalThis, {
  outcome: await outcome().catch((error: unknown) => ({ error: `${error}` })),
});
