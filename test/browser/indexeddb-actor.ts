/** A worker for tests: another context of the same origin, which writes IndexedDB by itself, and can be killed. */
import * as Comlink from "comlink";
import { indexedDbSink } from "../../src/indexeddb.ts";

const actor = {
  async write(key: string, bytes: Uint8Array, database: string): Promise<void> {
    const sink = indexedDbSink(key, { database });
    await sink.write(bytes);
    await sink.close();
  },
  /** Begins a file and leaves it so. */
  async begin(key: string, byteLength: number, database: string): Promise<void> {
    const sink = indexedDbSink(key, { database });
    await sink.write(new Uint8Array(byteLength));
  },
};

export type IndexedDbActor = typeof actor;

Comlink.expose(actor);
postMessage("ready");
