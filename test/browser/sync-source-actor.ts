/** A dedicated worker that holds sync access handles as sources, for a page that asks without promises. */
import { toPlainError } from "../../src/errors/plain.ts";
import { opfsSyncSource } from "../../src/opfs.ts";
import type { SyncSource } from "../../src/source/source.ts";
import { type ActorRequest, HEADER_BYTES, STATE_BYTES, STATE_ERROR } from "./remote-sync-source.ts";

let source: SyncSource | undefined;
/** Stands for the page's reason, which stays there. */
const ABORTED = "aborted";
const aborts = new Map<number, AbortController>();

async function answer(request: ActorRequest): Promise<unknown> {
  if (request.kind === "open") {
    source = await opfsSyncSource(request.path);
    return { name: source.name, byteLength: source.byteLength };
  }
  if (source === undefined) throw new TypeError("There is no source yet.");
  if (request.kind === "close") return await source.close?.();
  if (request.kind !== "read" && request.kind !== "size") throw new TypeError("There is no such request.");
  const controller = new AbortController();
  aborts.set(request.id, controller);
  if (request.isAborted) controller.abort(ABORTED);
  const options = { signal: controller.signal };
  return await (request.kind === "size" ? source.size(options) : source.read(request.range, options));
}

/** The answer goes through shared memory, since the page does not let messages in while it waits. */
function answerAtOnce(range: { start: number; end: number }, shared: SharedArrayBuffer): void {
  const header = new Int32Array(shared, 0, HEADER_BYTES / 4);
  const put = (state: number, bytes: Uint8Array) => {
    new Uint8Array(shared, HEADER_BYTES).set(bytes);
    header[1] = bytes.length;
    header[2] = source?.traffic?.requests ?? -1;
    header[3] = source?.traffic?.bytesReceived ?? -1;
    Atomics.store(header, 0, state);
  };
  try {
    if (source === undefined) throw new TypeError("There is no source yet.");
    put(STATE_BYTES, source.readSync(range));
  } catch (error) {
    put(STATE_ERROR, new TextEncoder().encode(JSON.stringify(toPlainError(error))));
  }
}

addEventListener("message", async ({ data }: MessageEvent<ActorRequest>) => {
  if (data.kind === "readSync") return answerAtOnce(data.range, data.shared);
  if (data.kind === "abort") return aborts.get(data.id)?.abort(ABORTED);
  const outcome = await answer(data).then(
    (result) => ({ result }),
    (error) => (error === ABORTED ? { isAbort: true } : { error: toPlainError(error) }),
  );
  postMessage({ id: data.id, traffic: source?.traffic, ...outcome });
});
postMessage("ready");
