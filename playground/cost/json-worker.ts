/** In a worker, so that the page stays smooth: reads a whole file, writes its values as JSON, and measures that. */

import { load, open, type Schema, type Source } from "parcode-web";
import { isStructMirror } from "../../src/mirror/load-mirror.ts";
import { sourceOf } from "../file/source.ts";
import type { Target } from "../target.ts";
import { isHandle } from "../values/place.ts";

/** What the worker is asked. */
export interface JsonQuestion {
  /** No example: its address is that of the page. */
  readonly target: Target;
  readonly schemaText: string | undefined;
  /** The field of the root that is to become JSON; empty: everything. */
  readonly field: string;
}

/** What JSON of the same values comes to. */
export interface JsonAnswer {
  readonly jsonBytes: number;
  readonly gzipBytes: number;
  readonly parseMilliseconds: number;
  /** Reading all of the file, from where it lies. */
  readonly loadMilliseconds: number;
}

/** What comes back. */
export type JsonReply = { readonly answer: JsonAnswer } | { readonly failure: string };

async function measure({ target, schemaText, field }: JsonQuestion): Promise<JsonAnswer> {
  const schema = schemaText === undefined ? undefined : (await import("../file/own-schema.ts")).schemaOf(schemaText);
  const source: string | Source = await sourceOf(target);
  const started = performance.now();
  const file = await open(source, schema as Schema);
  const value = field === "" ? await file.load() : await loaded((file.root as Record<string, unknown>)[field]);
  const loadMilliseconds = performance.now() - started;
  await file.close();
  const text = JSON.stringify(value, plain);
  const json = new Blob([text]);
  const before = performance.now();
  JSON.parse(text);
  const parseMilliseconds = performance.now() - before;
  let gzipBytes = 0;
  const counter = new WritableStream<Uint8Array>({
    write: (piece) => {
      gzipBytes += piece.length;
    },
  });
  await json.stream().pipeThrough(new CompressionStream("gzip")).pipeTo(counter);
  return { jsonBytes: json.size, gzipBytes, parseMilliseconds, loadMilliseconds };
}

/** The whole value behind a field of the root. */
async function loaded(part: unknown): Promise<unknown> {
  if (isHandle(part)) return await part.load();
  return typeof part === "object" && part !== null && isStructMirror(part) ? await load(part) : part;
}

/** What JSON has no word for, as one would write it there. */
function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map) {
    const entries = [...value];
    const hasNames = entries.every(([key]) => typeof key === "string");
    return hasNames ? Object.fromEntries(entries as [string, unknown][]) : entries;
  }
  if (value instanceof Set) return [...value];
  if (value instanceof Uint8Array) return base64(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number | bigint>);
  return value;
}

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

addEventListener("message", ({ data }: MessageEvent<JsonQuestion>) => {
  measure(data).then(
    (answer) => postMessage({ answer } satisfies JsonReply),
    (error) => postMessage({ failure: error instanceof Error ? error.message : String(error) } satisfies JsonReply),
  );
});
