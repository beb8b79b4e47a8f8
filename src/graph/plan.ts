/**
 * Step 3: a value → chunks in the order of the file. In: a schema and a value. Out: calls of the assembler, depth first,
 * children before their parents. A generator, so that a slow sink or an asynchronous list can hold it up: it yields
 * where a driver may flush, and yields a promise where it has to wait for one.
 */

import { mismatch } from "../bytes/writer.ts";
import type { Codec } from "../codec/codec.ts";
import { encoderOf, shallowEncoderOf } from "../encode/encode.ts";
import { requireTyped } from "../encode/typed.ts";
import { SchemaMismatchError } from "../errors.ts";
import { FenceWriter } from "../format/fences.ts";
import {
  CODEC_LZ4,
  CODEC_NONE,
  EXTENSION_ENTRY_COUNT,
  EXTENSION_LEAN,
  VERSION_EXTENDED,
  VERSION_PARCODE,
} from "../format/layout.ts";
import { writeRuns } from "../format/runs.ts";
import { crateObstacle } from "../schema/crate.ts";
import { fixedSize } from "../schema/fixed-size.ts";
import {
  type ChunkContent,
  type ChunkField,
  chunkKindOf,
  contentOf,
  itemChildren,
  structLayout,
} from "../schema/layout.ts";
import {
  type HashMapNode,
  type ItemNode,
  resolve,
  type SchemaNode,
  type SortedMapNode,
  type StructNode,
} from "../schema/node.ts";
import { memberText } from "../schema/path.ts";
import { withPath } from "../schema/path-error.ts";
import type { ElementKind } from "../schema/types.ts";
import { keyText } from "../schema/value-text.ts";
import type { ChunkAssembler, Place } from "./assemble.ts";
import { bucketOptions } from "./buckets.ts";
import { requireCodecs } from "./codecs.ts";
import type { EncodedMaps } from "./encoded-maps.ts";
import { type Entry, eachEntry, entryOrderOf } from "./entries.ts";
import { asyncIterator, atPath, deeper, explained, iterable, located, notInCrate } from "./input.ts";
import { bucketsOf } from "./kernel-buckets.ts";
import { type ItemWriter, ListBuilder } from "./list.ts";
import { Pace } from "./pace.ts";
import { PayloadWriters, writeNumber } from "./payloads.ts";
import type { PlanOptions } from "./plan-options.ts";
import { completed, followed, isRoutine, type Part, type Routine, started } from "./routine.ts";
import { typedShard } from "./shard-size.ts";

/** A list's container, but for its codec. */
interface ListParts {
  readonly payload: Uint8Array;
  readonly children: readonly Place[];
}

export class Planner {
  private readonly assembler: ChunkAssembler;
  private readonly options: PlanOptions;
  private readonly maps: EncodedMaps | undefined;
  private readonly writers = new PayloadWriters();
  private readonly pace: Pace;
  /** Whether the file has something that the crate would misread. */
  private extended = false;

  /** @param maps Those that have been encoded already. */
  constructor(assembler: ChunkAssembler, options: PlanOptions, maps?: EncodedMaps) {
    this.assembler = assembler;
    this.options = options;
    this.maps = maps;
    this.pace = new Pace(assembler);
  }

  /** Writes the whole file. */
  *file(schema: SchemaNode, value: unknown): Routine<void> {
    requireCodecs(schema, this.options);
    const obstacle = crateObstacle(schema);
    if (obstacle !== undefined && this.options.compatibility === "parcode") {
      throw notInCrate(obstacle.path, obstacle.reason);
    }
    const { content, compression } = contentOf(schema);
    const root = yield* this.structural(content, value, compression, "");
    for (let wait = this.assembler.pending(true); wait !== undefined; wait = this.assembler.pending(true)) yield wait;
    const version = obstacle !== undefined || this.extended ? VERSION_EXTENDED : VERSION_PARCODE;
    yield* this.pace.each(this.assembler.join(this.options.records));
    this.assembler.finish(version, root, this.options.records);
  }

  /** A chunk that is reached from the root without passing a list or a map: it may be long, and may wait. */
  private *structural(
    content: ChunkContent,
    value: unknown,
    compression: string | undefined,
    path: string,
  ): Routine<Place> {
    const codec = this.codec(compression);
    switch (content.kind) {
      case "struct": {
        const payload = located(path, content, value, () => this.writers.struct(content, value));
        const children: Place[] = [];
        for (const field of structLayout(content).children) {
          const member = (value as Record<string, unknown>)[field.name];
          children.push(
            yield* this.structural(field.content, member, field.compression, path + memberText(field.name)),
          );
        }
        return this.assembler.hold({ payload, codec, children });
      }
      case "vec":
        return this.assembler.hold({ ...(yield* this.listItems(content.item, value, codec, path)), codec });
      default:
        try {
          const place = yield* this.container(content, value, codec, compression, true);
          yield this.pace.step();
          return place;
        } catch (error) {
          throw explained(error, path, content, value);
        }
    }
  }

  /** Typed arrays and maps, with a place to pause behind each shard or bucket; everything else at once. */
  private container(
    content: ChunkContent,
    value: unknown,
    codec: Codec,
    compression: string | undefined,
    hold: boolean,
  ): Routine<Place> {
    switch (content.kind) {
      case "typed":
        return this.typed(content.element, value, codec, hold);
      case "bytes":
        return this.typed("u8", value, codec, hold);
      case "hashMap":
        return this.hashMap(content, value, codec, hold);
      case "sortedMap":
        return this.sortedMap(content, value, codec, hold);
      default:
        return completed(this.plain(content, value, compression));
    }
  }

  /** Items from an array, an Iterable or an AsyncIterable. */
  private *listItems(schema: SchemaNode, value: unknown, codec: Codec, path: string): Routine<ListParts> {
    const list = this.listBuilder(this.itemWriter(schema), codec, undefined);
    const wrong = (error: unknown, index: number, item: unknown) => explained(error, `${path}[${index}]`, schema, item);
    const asynchronous = asyncIterator(value);
    if (asynchronous === undefined) {
      const items = atPath(path, () => iterable(value));
      yield* this.pushAll(list, items, wrong);
      return this.finishList(list);
    }
    try {
      for (;;) {
        const result = (yield Promise.resolve(asynchronous.next())) as IteratorResult<unknown>;
        if (result.done === true) break;
        const index = list.length;
        try {
          const rest = list.push(result.value);
          if (rest !== undefined) yield* completed(rest);
        } catch (error) {
          throw wrong(error, index, result.value);
        }
        if (this.pace.item()) yield this.pace.step();
      }
    } catch (error) {
      yield Promise.resolve(asynchronous.return?.()).catch(() => undefined);
      throw error instanceof SchemaMismatchError && error.path === undefined ? withPath(error, path) : error;
    }
    return this.finishList(list);
  }

  /** Items up to the last. `wrong` makes the error of one that does not fit. */
  private *pushAll(
    list: ListBuilder,
    items: Iterable<unknown>,
    wrong: (error: unknown, index: number, item: unknown) => unknown,
  ): Routine<undefined> {
    let index = 0;
    for (const item of items) {
      try {
        const rest = list.push(item);
        if (rest !== undefined) yield* completed(rest);
      } catch (error) {
        throw wrong(error, index, item);
      }
      index++;
      if (this.pace.item()) yield this.pace.step();
    }
  }

  /** A chunk with all its descendants, at once where they are few. */
  private plain(content: ChunkContent, value: unknown, compression: string | undefined): Part<Place> {
    const codec = this.codec(compression);
    switch (chunkKindOf(content)) {
      case "struct":
        return this.structChunk(content as StructNode, value, codec);
      case "vec":
        return started(this.list((content as ItemNode).item, value, codec));
      case "typed":
      case "hashMap":
      case "sortedMap":
        return started(this.container(content, value, codec, compression, false));
      default:
        return this.valueChunk(content, value, codec);
    }
  }

  private *list(item: SchemaNode, value: unknown, codec: Codec): Routine<Place> {
    const list = this.listBuilder(this.itemWriter(item), codec, undefined);
    yield* this.pushAll(list, iterable(value), (error, index) => deeper(`[${index}]`, error));
    return this.assembler.add({ ...this.finishList(list), codec });
  }

  private structChunk(content: StructNode, value: unknown, codec: Codec): Part<Place> {
    const payload = this.writers.struct(content, value);
    const children: Place[] = [];
    const rest = this.addFields(structLayout(content).children, value, children);
    const add = (): Place => this.assembler.add({ payload, codec, children });
    return rest === undefined ? add() : followed(rest, add);
  }

  private valueChunk(content: ChunkContent, value: unknown, codec: Codec): Place {
    return this.assembler.add({ payload: this.writers.value(content, value), codec, children: [] });
  }

  /** The chunked fields from number `from` on. */
  private addFields(fields: readonly ChunkField[], value: unknown, places: Place[], from = 0): Part<undefined> {
    for (let i = from; i < fields.length; i++) {
      const field = fields[i] as ChunkField;
      const member = (value as Record<string, unknown>)[field.name];
      let place: Part<Place>;
      try {
        place = this.plain(field.content, member, field.compression);
      } catch (error) {
        throw deeper(memberText(field.name), error);
      }
      if (isRoutine(place)) return this.restOfFields(place, fields, value, places, i);
      places.push(place);
    }
    return undefined;
  }

  private *restOfFields(
    large: Routine<Place>,
    fields: readonly ChunkField[],
    value: unknown,
    places: Place[],
    index: number,
  ): Routine<undefined> {
    try {
      places.push(yield* large);
    } catch (error) {
      throw deeper(memberText((fields[index] as ChunkField).name), error);
    }
    return yield* completed(this.addFields(fields, value, places, index + 1));
  }

  private itemWriter(schema: SchemaNode): ItemWriter {
    const item = resolve(schema);
    const fields = itemChildren(item);
    return {
      encode: item.kind === "struct" ? shallowEncoderOf(item) : encoderOf(item),
      varies: this.options.compatibility === "native" && (fields.length > 0 || fixedSize(item) === undefined),
      childCount: fields.length,
      addChildren: (value, places) => this.addFields(fields, value, places),
    } as ItemWriter;
  }

  private listBuilder(items: ItemWriter, codec: Codec, shardBytes: number | undefined): ListBuilder {
    const target = { assembler: this.assembler, codec, shardBytes: shardBytes ?? this.options.shardBytes };
    return new ListBuilder({ ...target, writer: this.writers.open() }, items);
  }

  private finishList(list: ListBuilder): ListParts {
    this.writers.close();
    return list.finish();
  }

  private *sortedMap(map: SortedMapNode, value: unknown, codec: Codec, hold: boolean): Routine<Place> {
    const isNative = this.options.compatibility === "native";
    const values = this.itemWriter(map.value);
    const encodeKey = encoderOf(map.key);
    const list = this.listBuilder(
      {
        encode: (writer, [key, member]: readonly [never, unknown]) => {
          encodeKey(writer, key);
          values.encode(writer, member);
        },
        varies: isNative,
        childCount: values.childCount,
        addChildren: ([, member]: readonly [never, unknown], places) => values.addChildren(member, places),
      } as ItemWriter,
      codec,
      map.shardBytes,
    );
    const fences = new FenceWriter();
    const { pace } = this;
    const take = function* (entry: Entry): Routine<undefined> {
      try {
        const rest = list.push(entry);
        if (list.isShardStart) {
          encodeKey(fences.keys, entry[0] as never);
          fences.endKey();
        }
        if (rest !== undefined) yield* completed(rest);
      } catch (error) {
        // Of a Map, the check of the whole value finds the place; of what has passed by, only this entry is left.
        const isKnown = value instanceof Map || (error as Partial<SchemaMismatchError>).path !== undefined;
        const key = keyText(entry[0]);
        throw isKnown ? deeper(key, error) : explained(error, key, map.value, entry[1]);
      }
      if (pace.item()) yield pace.step();
    };
    yield* eachEntry(value, entryOrderOf(map), pace, take);
    const record = isNative ? fences.record() : undefined;
    const records = record === undefined ? [] : [record];
    return this.place({ ...this.finishList(list), codec, records }, hold);
  }

  private *hashMap(map: HashMapNode, value: unknown, codec: Codec, hold: boolean): Routine<Place> {
    if (!(value instanceof Map)) throw mismatch("a Map", value);
    const isNative = this.options.compatibility === "native";
    const fields = itemChildren(map.value);
    const lean = fields.length > 0 && isNative;
    const sorting = bucketsOf(value, bucketOptions(map, isNative), this.maps?.take(map, value));
    const sorted = yield* this.pace.each(sorting);
    const buckets: Place[] = [];
    const bucketCount = value.size === 0 ? 0 : sorted.count;
    try {
      for (let bucket = 0; bucket < bucketCount; bucket++) {
        const children: Place[] = [];
        if (fields.length > 0) {
          for (const entry of sorted.members(bucket)) {
            try {
              const rest = this.addFields(fields, sorted.values[entry], children);
              if (rest !== undefined) yield* completed(rest);
            } catch (error) {
              throw deeper(keyText([...value.keys()][entry]), error);
            }
            if (this.pace.isDue()) yield this.pace.step();
          }
        }
        buckets.push(this.assembler.add({ payload: sorted.payload(bucket), codec, children }));
        if (this.pace.isDue()) yield this.pace.step();
      }
    } finally {
      sorted.close();
    }
    const count = writeNumber((writer) => writer.fixedU32(bucketCount));
    if (this.options.compatibility === "parcode" || bucketCount === 0) {
      return this.place({ payload: count, codec, children: buckets }, hold);
    }
    this.extended ||= lean;
    const records = [{ tag: EXTENSION_ENTRY_COUNT, bytes: writeNumber((writer) => writer.varint(value.size)) }];
    if (lean) records.unshift({ tag: EXTENSION_LEAN, bytes: new Uint8Array(0) });
    return this.place({ payload: count, codec, children: buckets, records }, hold);
  }

  private *typed(element: ElementKind, value: unknown, codec: Codec, hold: boolean): Routine<Place> {
    const array = requireTyped(element, value);
    const { shardBytes } = this.options;
    const borrows = codec.id === CODEC_NONE;
    const writer = this.writers.open();
    const shards: Place[] = [];
    const shardItems: number[] = [];
    for (let start = 0; start < array.length; ) {
      const { end, parts } = typedShard(writer, element, array, { start, shardBytes, borrows });
      shards.push(this.assembler.add({ ...parts, codec, children: [], isLent: hold && parts.head !== undefined }));
      shardItems.push(end - start);
      start = end;
      if (this.pace.isDue()) yield this.pace.step();
    }
    this.writers.close();
    return this.place({ payload: writeRuns(shardItems), codec, children: shards }, hold);
  }

  private place(parts: Parameters<ChunkAssembler["add"]>[0], hold: boolean): Place {
    return hold ? this.assembler.hold(parts) : this.assembler.add(parts);
  }

  private codec(name: string | undefined): Codec {
    const codec = this.options.codecs.byName(name ?? this.options.compression);
    this.extended ||= codec.id > CODEC_LZ4;
    return codec;
  }
}
