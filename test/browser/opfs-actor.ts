/** A worker for tests: another context of the same origin, which writes and reads OPFS by itself, and can be killed. */
import * as Comlink from "comlink";
import { openSync } from "../../src/index.ts";
import { opfsSink, opfsSyncSource } from "../../src/opfs.ts";
import { save } from "../../src/save.ts";
import { Small } from "./opfs-support.ts";

let held: Awaited<ReturnType<typeof opfsSyncSource>> | undefined;

const actor = {
  /** Writes a file here; gives what the sink wrote through. */
  async write(path: string, bytes: Uint8Array, pieceBytes: number): Promise<string | undefined> {
    const sink = opfsSink(path);
    for (let at = 0; at < bytes.length; at += pieceBytes) await sink.write(bytes.subarray(at, at + pieceBytes));
    await sink.close();
    return sink.mode;
  },
  /** Begins a file and leaves it so. */
  async begin(path: string, byteLength: number): Promise<string | undefined> {
    const sink = opfsSink(path);
    await sink.write(new Uint8Array(byteLength));
    return sink.mode;
  },
  async save(path: string, version: number): Promise<number> {
    return (await save(opfsSink(path), Small, { version })).byteLength;
  },
  /** The mirror without promises, over a sync access handle. */
  async versionOf(path: string): Promise<number> {
    const source = await opfsSyncSource(path);
    const file = openSync(source, Small);
    const { version } = file.root;
    file.close();
    await source.close?.();
    return version;
  },
  async read(path: string, ranges: readonly (readonly [number, number])[]): Promise<Uint8Array[]> {
    const source = await opfsSyncSource(path);
    const pieces = ranges.map(([start, end]) => source.readSync({ start, end }));
    await source.close?.();
    return pieces;
  },
  async hold(path: string): Promise<number> {
    held = await opfsSyncSource(path);
    return held.byteLength;
  },
  async letGo(): Promise<void> {
    await held?.close?.();
  },
  async failure(path: string): Promise<{ code: string | undefined; message: string }> {
    try {
      await actor.hold(path);
      return { code: undefined, message: "" };
    } catch (error) {
      return { code: (error as { code?: string }).code, message: String(error) };
    }
  },
};

export type Actor = typeof actor;

Comlink.expose(actor);
postMessage("ready");
