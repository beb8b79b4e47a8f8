/**
 * Step 3: maps that are encoded before anything else is written, since the room in front of a file is estimated from some of their
 * entries, and to find those takes a look at every key: so they are looked at once. In: a schema and a value. Out: the entries of its
 * maps.
 */

import { type ChunkContent, contentOf, structLayout } from "../schema/layout.ts";
import type { HashMapNode, SchemaNode } from "../schema/node.ts";
import { bucketOptions } from "./buckets.ts";
import { encodedEntries, type KernelEntries } from "./kernel-buckets.ts";
import { classMask, FEW_ENTRIES, MIN_SAMPLES } from "./sample.ts";

/** Maps of one value that are held encoded, at most: what they take is bounded by what a kernel takes. */
const MAX_MAPS = 4;

export class EncodedMaps {
  private readonly maps: { readonly node: HashMapNode; readonly value: unknown; readonly entries: KernelEntries }[] =
    [];

  /**
   * Encodes the first maps that are reached from the root without passing a list or a map; yields where others may have the thread.
   * A value that does not fit is left alone: who writes it says what is wrong.
   */
  *encode(schema: SchemaNode, value: unknown, isNative: boolean): Generator<undefined, void, unknown> {
    yield* this.visit(contentOf(schema).content, value, isNative);
  }

  private *visit(content: ChunkContent, value: unknown, isNative: boolean): Generator<undefined, void, unknown> {
    if (content.kind === "struct" && typeof value === "object" && value !== null) {
      for (const { name, content: child } of structLayout(content).children) {
        yield* this.visit(child, (value as Readonly<Record<string, unknown>>)[name], isNative);
      }
    }
    if (content.kind !== "hashMap" || !(value instanceof Map) || value.size <= FEW_ENTRIES) return;
    if (this.maps.length >= MAX_MAPS) return;
    try {
      const options = bucketOptions(content, isNative);
      const entries = yield* encodedEntries(value, options, classMask(value.size));
      if (entries !== undefined) this.maps.push({ node: content, value, entries });
    } catch {
      // The plan comes to the same error, behind those that stand before it.
    }
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.maps.length === 0;
  }

  /** Bytes of a map that was encoded with all that is in it, as a check measures them; undefined of others. */
  byteLengthOf(node: ChunkContent, value: unknown): number | undefined {
    return this.maps.find((map) => map.node === node && map.value === value)?.entries.wholeByteLength;
  }

  /** Some entries of a map, as `membersOf` gives them; undefined where that has to look for them. */
  someOf(node: ChunkContent, value: unknown): ReadonlyMap<unknown, unknown> | undefined {
    const chosen = this.maps.find((map) => map.node === node && map.value === value)?.entries.chosen;
    return chosen === undefined || chosen.size < MIN_SAMPLES ? undefined : chosen;
  }

  /** The entries of a map, which are the caller's from now on. */
  take(node: HashMapNode, value: unknown): KernelEntries | undefined {
    const at = this.maps.findIndex((map) => map.node === node && map.value === value);
    return at < 0 ? undefined : this.maps.splice(at, 1)[0]?.entries;
  }

  /** Gives back what nobody took. */
  close(): void {
    for (const { entries } of this.maps.splice(0)) entries.close();
  }
}
