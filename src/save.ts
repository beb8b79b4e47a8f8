/**
 * The way of writing, from top to bottom: check the value, plan its chunks, run the plan into a sink. In: a sink, a
 * schema, a value. Out: a file that is there whole or not at all, and a report.
 */

import { xxh64Checksum } from "./codec/checksum.ts";
import { loadEntryKernel } from "./codec/entry-kernel.ts";
import type { Executor } from "./codec/executor.ts";
import { loadLz4 } from "./codec/lz4.ts";
import { describeSchema } from "./describe/describe.ts";
import { InvalidOptionError } from "./errors.ts";
import type { Checksum } from "./format/integrity.ts";
import { TRAILER_SCHEMA } from "./format/layout.ts";
import { ChunkAssembler } from "./graph/assemble.ts";
import { mayCompress, mayHaveHashMaps } from "./graph/codecs.ts";
import { EncodedMaps } from "./graph/encoded-maps.ts";
import { frontBytes } from "./graph/front.ts";
import { keepShapes } from "./graph/kept.ts";
import { Planner } from "./graph/plan.ts";
import { runAsync } from "./graph/run.ts";
import { headBytes } from "./graph/trailer-records.ts";
import { Turns } from "./graph/turns.ts";
import { WholeFile } from "./graph/whole-file.ts";
import type { FormatOptions, SaveOptions } from "./options.ts";
import { part } from "./part.ts";
import { measureInSteps } from "./schema/check-steps.ts";
import { contentOf, structLayout } from "./schema/layout.ts";
import { nodeOf, type SchemaNode } from "./schema/node.ts";
import { memberText } from "./schema/path.ts";
import type { Input, Schema } from "./schema/types.ts";
import { blobSink } from "./sink/blob.ts";
import { keepingSink } from "./sink/memory.ts";
import type { Sink } from "./sink/sink.ts";
import { type SaveTarget, sinkOf } from "./sink/target.ts";
import { checkWorkers } from "./worker-count.ts";
import { formatOptions, type WriteFormat } from "./write-options.ts";

/** What a write did. */
export interface SaveReport {
  /** Length of the file in bytes. */
  readonly byteLength: number;
  readonly chunks: number;
  /** Bytes of all payloads, before and after compression. */
  readonly rawBytes: number;
  readonly storedBytes: number;
  /** Where chunks were compressed: in workers, or on the calling thread ("inline"). */
  readonly mode: "workers" | "inline";
  /** Workers that did so at the end; 0 where it was done inline. */
  readonly workers: number;
  /** Why it was done inline although workers were asked for and there was enough to do. */
  readonly fallback: string | undefined;
  readonly milliseconds: number;
  /** With `checksums: "blake3"`: what pins the file, for the option `integrity` of `open`. */
  readonly pin: string | undefined;
}

/**
 * Writes `value` as a `.par` file.
 *
 * The value is checked as a whole before a byte is written. Lists that are chunks may come from an Iterable or
 * AsyncIterable; then memory stays bounded, and their items are checked as they come. The target shows the file when it
 * is complete; after an error or abort it shows what it showed before.
 * @throws {SchemaMismatchError} The value does not fit; `path`, `expected`, `actual` say where and how.
 * @throws {SchemaIncompatibleError} With `compatibility: "parcode"`: the Rust crate could not read this schema.
 * @throws {SinkFailedError} The target did not take the bytes.
 */
export async function save<S extends Schema>(
  target: SaveTarget,
  schema: S,
  value: Input<S>,
  options: SaveOptions = {},
): Promise<SaveReport> {
  const node = nodeOf(schema);
  const format = formatOf(node, options);
  options.signal?.throwIfAborted();
  const turns = new Turns();
  const maps = new EncodedMaps();
  try {
    // An encoder refuses what the check refuses: what has been encoded needs no check.
    await encodeMaps(maps, node, value, { ...options, ...format }, turns);
    const check = await checked(node, value, options, turns, maps);
    return await write(node, value, await sinkOf(target), { ...options, ...format }, turns, maps, check);
  } finally {
    maps.close();
    turns.close();
  }
}

/** A `.par` file in memory; otherwise as {@link save}. */
export async function serialize<S extends Schema>(
  schema: S,
  value: Input<S>,
  options: SaveOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const sink = keepingSink();
  const node = nodeOf(schema);
  // Who wants to know how far it is gets block after block.
  const whole = options.onProgress === undefined ? new WholeFile(sink) : undefined;
  await writeAlone(node, value, sink, { ...options, ...formatOf(node, options), whole });
  return sink.bytes();
}

/** A `.par` file as a Blob, which may lie on disk; otherwise as {@link save}. */
export async function toBlob<S extends Schema>(schema: S, value: Input<S>, options: SaveOptions = {}): Promise<Blob> {
  const sink = blobSink();
  const node = nodeOf(schema);
  await writeAlone(node, value, sink, { ...options, ...formatOf(node, options) });
  return sink.blob();
}

type WriteOptions = SaveOptions & WriteFormat & { readonly whole?: WholeFile | undefined };

/** What the options of a write come to, with the schema's description. */
export function formatOf(node: SchemaNode, options: FormatOptions): WriteFormat {
  keepShapes();
  const format = formatOptions(options);
  if (!format.describe) return format;
  return { ...format, records: [{ tag: TRAILER_SCHEMA, bytes: describeSchema(node) }, ...format.records] };
}

/** What guards the chunks; BLAKE3 comes from `blake3`, with a promise or without. */
export function checksumOf<T>({ checksums }: WriteFormat, blake3: () => T): Checksum | T | undefined {
  if (checksums === false) return undefined;
  return checksums === "blake3" ? blake3() : xxh64Checksum;
}

async function writeAlone(node: SchemaNode, value: unknown, sink: Sink, options: WriteOptions): Promise<void> {
  const turns = new Turns();
  const maps = new EncodedMaps();
  try {
    await write(node, value, sink, options, turns, maps);
  } finally {
    maps.close();
    turns.close();
  }
}

async function write(
  node: SchemaNode,
  value: unknown,
  sink: Sink,
  options: WriteOptions,
  turns: Turns,
  maps: EncodedMaps,
  check?: Checked,
): Promise<SaveReport> {
  const start = performance.now();
  // What goes to memory needs no check of its own: nobody sees the bytes of a value that turns out not to fit.
  const { bytesTotal } =
    check ?? (options.onProgress === undefined ? UNKNOWN : await checked(node, value, options, turns, maps));
  const executor = await compressing(node, options);
  try {
    const checksum = await checksumOf(options, loadBlake3);
    if (check === undefined) await encodeMaps(maps, node, value, options, turns);
    const front = frontOf(node, value, sink, { ...options, maps }, checksum);
    const assembler = new ChunkAssembler({ ...options, checksum, executor, front });
    const plan = new Planner(assembler, options, maps).file(node, value);
    await runAsync(plan, assembler, sink, {
      signal: options.signal,
      turns,
      onBlock: () => {
        const bytesDone = Math.min(assembler.rawBytes, bytesTotal ?? Number.POSITIVE_INFINITY);
        options.onProgress?.({ phase: "write", bytesDone, bytesTotal });
      },
    });
    options.onProgress?.({ phase: "write", bytesDone: bytesTotal ?? assembler.rawBytes, bytesTotal });
    const { byteLength, chunks, rawBytes, storedBytes } = assembler;
    const { workers = 0, fallback } = executor ?? {};
    const mode = workers > 0 ? "workers" : "inline";
    const milliseconds = performance.now() - start;
    const pin = checksum?.name === "blake3" ? await pinOf(checksum, assembler.records) : undefined;
    return { byteLength, chunks, rawBytes, storedBytes, mode, workers, fallback, milliseconds, pin };
  } finally {
    executor?.close();
  }
}

/** Encodes maps before their turn: for the check, and for the estimate of the room in front. */
async function encodeMaps(
  maps: EncodedMaps,
  node: SchemaNode,
  value: unknown,
  { compatibility, signal }: WriteOptions,
  turns: Turns,
): Promise<void> {
  if (!mayHaveHashMaps(node)) return;
  await loadEntryKernel();
  await turns.through(maps.encode(node, value, compatibility === "native"), signal);
}

/** Loads what compresses, and gives the workers that do it, where something may be compressed. */
async function compressing(node: SchemaNode, options: WriteOptions): Promise<Executor | undefined> {
  checkWorkers(options.workers);
  if (!mayCompress(node, options.compression)) return undefined;
  const [{ executorOf }] = await Promise.all([part(import("./workers.ts")), loadLz4()]);
  return executorOf(options, options.codecs);
}

async function loadBlake3(): Promise<Checksum> {
  return (await part(import("./codec/blake3.ts"))).loadBlake3();
}

async function pinOf(checksum: Checksum, records: Uint8Array): Promise<string> {
  return (await part(import("./codec/blake3.ts"))).pinOf(checksum, records);
}

/** Whether there may be some bytes to keep free at the front of the file. */
export function mayHaveFront(sink: Sink, { layout, extended }: WriteFormat): boolean {
  return sink.writeFront !== undefined && layout !== "stream" && extended;
}

/** Bytes to keep free at the front of the file. */
export function frontOf(
  node: SchemaNode,
  value: unknown,
  sink: Sink,
  format: WriteFormat & { readonly maps: EncodedMaps },
  checksum: Checksum | undefined,
): number {
  if (sink.writeFront === undefined) {
    if (format.layout !== "faststart") return 0;
    throw new InvalidOptionError(
      `The layout "faststart" needs a sink that can write the front of the file last, and ${sink.name} cannot. Use "stream".`,
      { option: "layout", expected: '"auto" or "stream" for this sink', actual: '"faststart"' },
    );
  }
  return frontBytes(node, value, headBytes({ checksum, records: format.records }), format);
}

/** What a check found out. */
interface Checked {
  /** Size of all payloads; undefined where a part of the value comes from an iterable. */
  readonly bytesTotal: number | undefined;
}

const UNKNOWN: Checked = { bytesTotal: undefined };

async function checked(
  node: SchemaNode,
  value: unknown,
  options: SaveOptions,
  turns: Turns,
  maps: EncodedMaps,
): Promise<Checked> {
  const bytesTotal = await turns.through(payloadBytes(node, value, maps), options.signal);
  options.onProgress?.({ phase: "check", bytesDone: bytesTotal ?? 0, bytesTotal });
  return { bytesTotal };
}

/** Checks a value and measures its payloads; undefined if a part of it comes from an iterable, which is read once. */
function* payloadBytes(
  schema: SchemaNode,
  value: unknown,
  maps: EncodedMaps,
  path = "",
): Generator<undefined, number | undefined, unknown> {
  const { content } = contentOf(schema);
  if (comesAsStream(content, value)) return undefined;
  const known = maps.byteLengthOf(content, value);
  if (known !== undefined) return known;
  const isApart = content.kind === "struct" && typeof value === "object" && value !== null;
  if (!isApart || (maps.isEmpty && !hasStream(content, value))) return yield* measureInSteps(content, value, path);
  const members = value as Readonly<Record<string, unknown>>;
  const chunked = new Set(structLayout(content).children.map(({ name }) => name));
  let total: number | undefined = 0;
  for (const [name, field] of Object.entries(content.fields)) {
    const at = path + memberText(name);
    const bytes: number | undefined = chunked.has(name)
      ? yield* payloadBytes(field, members[name], maps, at)
      : yield* measureInSteps(field, members[name], at);
    total = total === undefined || bytes === undefined ? undefined : total + bytes;
  }
  return total;
}

function hasStream(content: SchemaNode, value: unknown): boolean {
  if (content.kind !== "struct" || typeof value !== "object" || value === null) return false;
  return structLayout(content).children.some((field) => {
    const member = (value as Record<string, unknown>)[field.name];
    return comesAsStream(field.content, member) || hasStream(field.content, member);
  });
}

/** Whether a list or sorted map comes from what can be gone through once, or is not checked as a whole. */
function comesAsStream({ kind }: SchemaNode, value: unknown): boolean {
  if (kind === "sortedMap") return !(value instanceof Map) && (Array.isArray(value) || isStream(value));
  return kind === "vec" && isStream(value);
}

function isStream(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}
