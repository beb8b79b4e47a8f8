/** An open file with all that the page knows of it. */

import { type AsyncFile, open, type Schema } from "parcode-web";
import { Outline } from "../chunks/outline.ts";
import { ReadLog } from "../cost/log.ts";
import type { Target } from "../target.ts";
import { sourceOf } from "./source.ts";

/** Larger parts are refused: a hostile file must not fill the memory of the page. */
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/** How to open a file. */
export interface OpenChoices {
  /** The person's own schema, as text. */
  readonly schemaText?: string | undefined;
  /** Take the whole file from a server that has no ranges. */
  readonly whole?: boolean | undefined;
}

/** An open file. */
export interface Session {
  /** Tells it from earlier ones. */
  readonly number: number;
  readonly target: Target;
  readonly choices: OpenChoices;
  readonly file: AsyncFile<unknown, unknown>;
  readonly log: ReadLog;
  /** Its chunks, as far as they are known. */
  readonly outline: Outline;
  /** How long opening took. */
  readonly milliseconds: number;
}

let sessions = 0;

/** Opens a target. @throws as `open`, and where the schema's text is none. */
export async function openSession(target: Target, choices: OpenChoices, abort: AbortSignal): Promise<Session> {
  const schema = choices.schemaText === undefined ? undefined : await schemaOfText(choices.schemaText);
  const source = await sourceOf(target);
  abort.throwIfAborted();
  const log = new ReadLog();
  const started = performance.now();
  const file = await open(typeof source === "string" ? source : log.sourceOf(source), schema as Schema, {
    fetch: log.fetch,
    onEvent: log.onEvent,
    signal: abort,
    maxChunkBytes: MAX_CHUNK_BYTES,
    ...(choices.whole === true ? { onNoRange: "whole" as const } : {}),
  });
  log.byteLength.value = file.byteLength;
  const milliseconds = performance.now() - started;
  return { number: ++sessions, target, choices, file, log, outline: new Outline(file), milliseconds };
}

/** The builders come with the schema panel only. */
async function schemaOfText(text: string): Promise<Schema> {
  return (await import("./own-schema.ts")).schemaOf(text);
}
