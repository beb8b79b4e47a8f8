/**
 * Step 7: whole values. In: a chunk whose descendants have been read. Out: plain values, each chunk looked at once.
 */

import { decoderOf, shallowDecoderOf } from "../decode/decode.ts";
import { prefixPath } from "../errors.ts";
import type { Chunk } from "../format/chunk.ts";
import type { ChunkContent, ChunkField } from "../schema/layout.ts";
import { memberText } from "../schema/path.ts";
import { containerReader } from "./containers.ts";
import { inChunk, structChildren } from "./locate.ts";
import type { Scope } from "./scope.ts";

/** The whole value of a chunk. */
export function loadContent(scope: Scope, content: ChunkContent, chunk: Chunk): unknown {
  scope.visit(chunk);
  switch (content.kind) {
    case "struct": {
      const children = structChildren(content, chunk);
      return completeStruct(scope, children, decodeWhole(scope, shallowDecoderOf(content), chunk), chunk, 0);
    }
    default: {
      const reader = containerReader(content);
      if (reader !== undefined) return reader.load(scope, content, chunk);
      return decodeWhole(scope, decoderOf(content), chunk);
    }
  }
}

function decodeWhole(scope: Scope, decoder: ReturnType<typeof decoderOf>, chunk: Chunk): unknown {
  try {
    return decoder.decode(chunk.payload, 0, scope.counter);
  } catch (error) {
    throw inChunk(chunk, error);
  }
}

/** Loads the chunked fields of a struct into its value. */
export function completeStruct(
  scope: Scope,
  fields: readonly ChunkField[],
  value: unknown,
  chunk: Chunk,
  first: number,
): unknown {
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as ChunkField;
    if (field.isLeft) continue;
    try {
      const child = scope.get(chunk.child(first + i), chunk.depth + 1);
      (value as Record<string, unknown>)[field.name] = loadContent(scope, field.content, child);
    } catch (error) {
      throw prefixPath(memberText(field.name), error);
    }
  }
  return value;
}
