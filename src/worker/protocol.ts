/**
 * Step 4', what goes over the border between threads. Errors cross it as plain objects, since structured clone and comlink
 * keep neither class nor fields; they are errors of their class again on the other side.
 */

import type * as Comlink from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import type { CodecResult, CodecTask } from "../codec/executor.ts";
import { type ErrorClasses, type PlainError, reviveError, toPlainError } from "../errors/plain.ts";
import { CorruptChunkError, InvalidOptionError, LimitExceededError, UnknownCodecError } from "../errors.ts";

/** First message of a worker, posted when it can be called. Calls that came earlier would be lost. */
export const READY = "parcode-worker-ready";

/** A port of Node's: a Worker of node:worker_threads, or its `parentPort`. */
export interface NodePort {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  on(type: string, listener: (value: unknown) => void): unknown;
  off(type: string, listener: (value: unknown) => void): unknown;
}

/** A port of a browser's: a Worker, or a worker's own scope. */
export interface WebPort {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  dispatchEvent?(event: Event): boolean;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

/** Where messages come from and go to, as comlink wants it. */
export function endpointOf(port: NodePort | WebPort): Comlink.Endpoint {
  return "on" in port ? nodeEndpoint(port) : (port as unknown as Comlink.Endpoint);
}

/** What a worker exposes. One coarse call: a message costs 50–100 µs. */
export interface WorkerApi {
  run(task: CodecTask): Answer | Promise<Answer>;
}

/** A result, or an error as data. */
export type Answer = { readonly result: CodecResult } | { readonly error: PlainError };

export function answerOf(run: () => CodecResult): Answer {
  try {
    return { result: run() };
  } catch (error) {
    return { error: toPlainError(error) };
  }
}

/** What codecs throw. An error of the library that is none of these comes back with all that it says, as its base class. */
const CLASSES: ErrorClasses = {
  CorruptChunk: CorruptChunkError,
  InvalidOption: InvalidOptionError,
  LimitExceeded: LimitExceededError,
  UnknownCodec: UnknownCodecError,
};

/** The result of an answer. @throws the error that the worker met, as its own class. */
export function resultOf(answer: Answer): CodecResult {
  if ("result" in answer) return answer.result;
  throw reviveError(answer.error, CLASSES);
}

/** Buffers to be handed over with a task. */
export function taskBuffers(task: CodecTask): ArrayBuffer[] {
  return [task.bytes.buffer, task.lengths.buffer, task.codecIds.buffer];
}

/** Buffers to be handed over with an answer. */
export function answerBuffers(answer: Answer): ArrayBuffer[] {
  if (!("result" in answer)) return [];
  const { bytes, lengths, codecIds } = answer.result;
  return [bytes.buffer, lengths.buffer, codecIds.buffer];
}
