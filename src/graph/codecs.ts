/**
 * Step 3: the codecs that a schema names, checked before a byte is written. In: a schema and the options of a write. Out:
 * nothing, or an error that names the field.
 */

import { none } from "../codec/none.ts";
import type { CodecRegistry } from "../codec/registry.ts";
import { SchemaMismatchError } from "../errors.ts";
import { CODEC_LZ4 } from "../format/layout.ts";
import { type ChunkContent, type ChunkField, contentOf, itemChildren, structLayout } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import { memberText } from "../schema/path.ts";
import { notInCrate } from "./input.ts";

/** What decides which codecs a write may use. */
export interface CodecOptions {
  readonly codecs: CodecRegistry;
  /** Codec of chunks whose schema names none. */
  readonly compression: string;
  readonly compatibility: "native" | "parcode";
}

/**
 * Checks the codec of every chunk that a schema can have.
 * @throws {SchemaMismatchError} A field names a codec that is not registered.
 * @throws {SchemaIncompatibleError} With `compatibility: "parcode"`: a codec that the Rust crate has not.
 */
export function requireCodecs(schema: SchemaNode, options: CodecOptions): void {
  for (const { compression, path } of chunksOf(schema)) requireCodec(compression, path, options);
}

/** Every chunk that a schema can have, level by level, so that the shortest path is the one that is told. */
function chunksOf(schema: SchemaNode): readonly Chunked[] {
  const found: Chunked[] = [{ ...contentOf(schema), path: "" }];
  const seen = new Set<ChunkContent>();
  for (const { content, path } of found) {
    if (seen.has(content)) continue;
    seen.add(content);
    const [fields, step] = fieldsOf(content);
    for (const field of fields) found.push({ ...field, path: path + step + memberText(field.name) });
  }
  return found;
}

const compressed = new WeakMap<SchemaNode, boolean>();

/** Whether a write of this schema may compress something. */
export function mayCompress(schema: SchemaNode, compression: string): boolean {
  if (compression !== none.name) return true;
  let known = compressed.get(schema);
  if (known === undefined) {
    known = chunksOf(schema).some((chunk) => chunk.compression !== undefined && chunk.compression !== none.name);
    compressed.set(schema, known);
  }
  return known;
}

const mapped = new WeakMap<SchemaNode, boolean>();

/** Whether a write of this schema may have a hash map in chunks. */
export function mayHaveHashMaps(schema: SchemaNode): boolean {
  let known = mapped.get(schema);
  if (known === undefined) {
    known = chunksOf(schema).some((chunk) => chunk.content.kind === "hashMap");
    mapped.set(schema, known);
  }
  return known;
}

/** A chunk of a schema, and where it is. */
interface Chunked {
  readonly content: ChunkContent;
  readonly compression: string | undefined;
  readonly path: string;
}

/** The chunked fields of a struct, or of the items or values in a container. */
function fieldsOf(content: ChunkContent): readonly [readonly ChunkField[], string] {
  switch (content.kind) {
    case "struct":
      return [structLayout(content).children, ""];
    case "vec":
      return [itemChildren(content.item), "[]"];
    case "hashMap":
    case "sortedMap":
      return [itemChildren(content.value), "[]"];
    default:
      return [[], ""];
  }
}

function requireCodec(compression: string | undefined, fullPath: string, options: CodecOptions): void {
  const path = fullPath.replace(/^\./, "");
  const { codecs } = options;
  const name = compression ?? options.compression;
  const codec = codecs.codecs.find((candidate) => candidate.name === name);
  if (codec === undefined) {
    const known = codecs.codecs.map((candidate) => JSON.stringify(candidate.name)).join(", ");
    const where = path === "" ? "The root" : path;
    throw new SchemaMismatchError(`${where} names the compression ${JSON.stringify(name)}; there are ${known}.`, {
      path,
      expected: `one of ${known}`,
      actual: JSON.stringify(name),
    });
  }
  if (codec.id > CODEC_LZ4 && options.compatibility === "parcode") {
    throw notInCrate(path, `it has no codec "${codec.name}"`);
  }
}
