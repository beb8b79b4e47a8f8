/**
 * Step 4', the worker's side. Exported as `parcode-web/worker`, for an app that starts its own worker, because its
 * bundler does not copy ours or because it registers codecs.
 */

import * as Comlink from "comlink";
import type { CodecTask } from "../codec/executor.ts";
import { compressHere } from "../codec/lz4-here.ts";
import { type CodecRegistry, defaultCodecs } from "../codec/registry.ts";
import { answerBuffers, answerOf, endpointOf, type NodePort, READY, type WebPort, type WorkerApi } from "./protocol.ts";
import { runTask } from "./task.ts";

/** Anything that messages come from and go to: a worker's global scope, or Node's `parentPort`. */
export type WorkerPort = NodePort | WebPort;

/**
 * Answers tasks from the page (or Node thread) that started this worker.
 * @param codecs The codecs of the files; the same registry as that of the writer or reader.
 * @param port Where messages come from; default: the worker's own scope.
 */
export function serve(
  codecs: CodecRegistry = defaultCodecs,
  port: WorkerPort = globalThis as unknown as WebPort,
): void {
  compressHere();
  const endpoint = endpointOf(port);
  const api: WorkerApi = {
    run(task: CodecTask) {
      const answer = answerOf(() => runTask(task, codecs));
      return Comlink.transfer(answer, answerBuffers(answer));
    },
  };
  Comlink.expose(api, endpoint);
  endpoint.postMessage(READY);
}
