/**
 * Step 5 of the way, in OPFS: the script of the worker that writes for a page. Exported as `parcode-web/opfs/worker`, for an
 * app that starts it itself, because its bundler does not find it.
 */
import * as Comlink from "comlink";
import { toPlainError } from "../errors/plain.ts";
import { parsePath } from "../storage/opfs.ts";
import { type Answer, type OpfsWorkerApi, READY } from "./opfs-protocol.ts";
import { OpfsWriter } from "./opfs-writer.ts";

let writer: OpfsWriter | undefined;

const api: OpfsWorkerApi = {
  open: (path) =>
    answer(async () => {
      writer = await OpfsWriter.open(parsePath(path));
      return writer.temporaryName;
    }),
  async write(block, length) {
    const result = await answer(async () => (writer === undefined ? block : await writer.write(block, length)));
    return Comlink.transfer(result, "result" in result ? [result.result.buffer] : []);
  },
  writeFront: (bytes) => answer(async () => await writer?.writeFront(bytes)),
  publish: () => answer(async () => await writer?.publish()),
  discard: () => answer(async () => await writer?.discard()),
};

async function answer<Result>(work: () => Promise<Result>): Promise<Answer<Result>> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error: toPlainError(error) };
  }
}

Comlink.expose(api);
(globalThis as unknown as { postMessage(message: unknown): void }).postMessage(READY);
