/**
 * The lazy side of a schema, types only: what stands in a mirror where the value is a chunk of its own. The classes
 * behind these interfaces are in mirror/. Each interface has an asynchronous and a synchronous form with the same methods.
 */

/** What a handle may be told. */
export interface LoadOptions {
  /** Ends the call; it rejects with the signal's reason. Reads shared with other calls go on for those. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Handle.load}. */
export interface LoadProgressOptions extends LoadOptions {
  /** Called as stored bytes arrive; `bytesTotal` counts the chunks known to be needed so far, and may grow. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** How far a load has come, in stored bytes. */
export interface LoadProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** What `JSON.stringify` shows in place of a handle. */
export interface HandleDescription {
  /** The kind of value: "vec", "hashMap", "bytes" … */
  readonly chunk: string;
  /** Items or entries, where that is known without I/O. */
  readonly count?: number;
}

/** Lazy reference to one chunked value. */
export interface Handle<Value> {
  /**
   * The whole value, as plain data.
   *
   * I/O: the chunk and its descendants, neighbours in one read.
   * @throws {CorruptChunkError} A chunk does not decode. @throws {SourceUnavailableError} A read failed.
   */
  load(options?: LoadProgressOptions): Promise<Value>;
  toJSON(): HandleDescription;
}

/** Lazy list. An index is zero-based, `0 <= index < count`. */
export interface VecHandle<Value, Item = Value> extends Handle<Value[]>, AsyncIterable<Value> {
  /** Number of items. I/O: none once the container is there; it is at open for lists outside of lists and maps. */
  count(options?: LoadOptions): Promise<number>;
  /**
   * Item `index`, reading only the shard that holds it (and the item's own chunks).
   * @throws {IndexOutOfRangeError} `index` and `length` are fields.
   */
  at(index: number, options?: LoadOptions): Promise<Value>;
  /** Item `index` as a mirror: its shard is read, its chunks are not. */
  atLazy(index: number, options?: LoadOptions): Promise<Item>;
  /** The first item, or undefined if there is none. */
  first(options?: LoadOptions): Promise<Value | undefined>;
  /** The last item, or undefined if there is none. */
  last(options?: LoadOptions): Promise<Value | undefined>;
  /** Items `start` (inclusive) to `end` (exclusive), as Array.prototype.slice: negative counts from the end. */
  slice(start?: number, end?: number, options?: LoadOptions): Promise<Value[]>;
  /** Iterates mirrors of the items: each shard is read once, the items' chunks are not. */
  lazy(options?: LoadOptions): AsyncIterable<Item>;
  /** Iterates the items, a shard at a time, for use with a signal; `for await (… of handle)` does the same. */
  values(options?: LoadOptions): AsyncIterable<Value>;
}

/** Lazy typed array or bytes. */
export interface TypedHandle<Values> extends Handle<Values> {
  /** Number of elements. */
  count(options?: LoadOptions): Promise<number>;
  /** Elements `start` (inclusive) to `end` (exclusive), as TypedArray.prototype.slice; reads only their shards. */
  slice(start?: number, end?: number, options?: LoadOptions): Promise<Values>;
}

/** Lazy bytes. */
export interface BytesHandle extends TypedHandle<Uint8Array> {
  /**
   * The bytes as a stream, a shard at a time as they are taken, for `new Response(handle.stream())` or a file. Memory: one
   * shard and what the stream holds. Cancelling it ends its reads. Errors as for `load`, from the stream.
   */
  stream(options?: LoadOptions): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Lazy map. */
export interface MapHandle<Key, Value, Item = Value> extends Handle<Map<Key, Value>>, AsyncIterable<[Key, Value]> {
  /** Number of entries. I/O: the first bytes of every bucket, in few reads; it is remembered. */
  count(options?: LoadOptions): Promise<number>;
  /** The value of `key`, or undefined. I/O: one bucket, and the value's own chunks. */
  get(key: Key, options?: LoadOptions): Promise<Value | undefined>;
  /** The value of `key` as a mirror, or undefined. I/O: one bucket. */
  getLazy(key: Key, options?: LoadOptions): Promise<Item | undefined>;
  /** Whether there is an entry for `key`. I/O: one bucket. */
  has(key: Key, options?: LoadOptions): Promise<boolean>;
  /** The values of many keys, in their order, undefined where there is none. Buckets are read once, neighbours together. */
  getMany(keys: Iterable<Key>, options?: LoadOptions): Promise<(Value | undefined)[]>;
  /** Iterates the entries, a bucket at a time. */
  entries(options?: LoadOptions): AsyncIterable<[Key, Value]>;
  /** Iterates the keys with mirrors of the values: each bucket is read once, the values' chunks are not. */
  lazy(options?: LoadOptions): AsyncIterable<[Key, Item]>;
}

/** Lazy map in key order. */
export interface SortedMapHandle<Key, Value, Item = Value> extends MapHandle<Key, Value, Item> {
  /** The entry with the least key, or undefined. I/O: one shard. */
  first(options?: LoadOptions): Promise<[Key, Value] | undefined>;
  /** The entry with the greatest key, or undefined. I/O: one shard. */
  last(options?: LoadOptions): Promise<[Key, Value] | undefined>;
  /**
   * Entries in key order. I/O: the shards that hold them, a few at a time as they are taken; none where there can be none.
   * @throws {SchemaMismatchError} A bound is no key, nor the beginning of one. @throws {InvalidOptionError}
   */
  range(options?: RangeOptions<KeyHead<Key>> & LoadOptions): Range<Key, Value>;
  /** As {@link range}, with values as mirrors: their chunks are not read. */
  rangeLazy(options?: RangeOptions<KeyHead<Key>> & LoadOptions): Range<Key, Item>;
  /**
   * Entries whose key begins so: text or bytes with this beginning; rows and structs with these first parts, of which the
   * last, where it is text or bytes, may be the beginning of one.
   */
  prefix(prefix: KeyHead<Key>, options?: PrefixOptions & LoadOptions): Range<Key, Value>;
  /** Number of entries in a range. I/O: two shards at most. */
  countRange(options?: KeyRangeOptions<KeyHead<Key>> & LoadOptions): Promise<number>;
}

/** A key, or its first parts: they stand for all keys that begin so. */
export type KeyHead<Key> = Key extends Uint8Array
  ? Key
  : Key extends readonly unknown[]
    ? Heads<Key>
    : Key extends object
      ? Partial<Key>
      : Key;

/** The beginnings of a row, of at least one part. */
type Heads<Row extends readonly unknown[]> = Row extends readonly [infer First, ...infer Rest]
  ? readonly [First] | readonly [First, ...Heads<Rest>]
  : Row extends readonly []
    ? never
    : Row;

/** Bounds of keys: at most one at each end. */
export interface KeyRangeOptions<Head> {
  readonly gt?: Head | undefined;
  readonly gte?: Head | undefined;
  readonly lt?: Head | undefined;
  readonly lte?: Head | undefined;
}

/** What a walk along keys may be told. */
export interface PrefixOptions {
  /** From the last entry to the first. */
  readonly reverse?: boolean;
  /** Entries at most. */
  readonly limit?: number;
  /** Goes on behind the entry that another range, of the same bounds, direction and file, gave last. */
  readonly cursor?: string | undefined;
}

/** What {@link SortedMapHandle.range} takes. */
export interface RangeOptions<Head> extends KeyRangeOptions<Head>, PrefixOptions {}

/** Entries in key order, read as they are taken. */
export interface Range<Key, Value> extends AsyncIterable<[Key, Value]> {
  /** Where to go on, behind the entry that was given last; undefined before the first. A text, for another page or day. */
  readonly cursor: string | undefined;
  toArray(): Promise<[Key, Value][]>;
}

/** {@link Range} without promises. */
export interface SyncRange<Key, Value> extends Iterable<[Key, Value]> {
  readonly cursor: string | undefined;
  toArray(): [Key, Value][];
}

/** {@link Handle} without promises. */
export interface SyncHandle<Value> {
  load(): Value;
  toJSON(): HandleDescription;
}

/** {@link VecHandle} without promises. */
export interface SyncVecHandle<Value, Item = Value> extends SyncHandle<Value[]>, Iterable<Value> {
  count(): number;
  at(index: number): Value;
  atLazy(index: number): Item;
  first(): Value | undefined;
  last(): Value | undefined;
  slice(start?: number, end?: number): Value[];
  lazy(): Iterable<Item>;
  values(): Iterable<Value>;
}

/** {@link TypedHandle} without promises. */
export interface SyncTypedHandle<Values> extends SyncHandle<Values> {
  count(): number;
  slice(start?: number, end?: number): Values;
}

/** {@link MapHandle} without promises. */
export interface SyncMapHandle<Key, Value, Item = Value> extends SyncHandle<Map<Key, Value>>, Iterable<[Key, Value]> {
  count(): number;
  get(key: Key): Value | undefined;
  getLazy(key: Key): Item | undefined;
  has(key: Key): boolean;
  getMany(keys: Iterable<Key>): (Value | undefined)[];
  entries(): Iterable<[Key, Value]>;
  lazy(): Iterable<[Key, Item]>;
}

/** {@link SortedMapHandle} without promises. */
export interface SyncSortedMapHandle<Key, Value, Item = Value> extends SyncMapHandle<Key, Value, Item> {
  first(): [Key, Value] | undefined;
  last(): [Key, Value] | undefined;
  range(options?: RangeOptions<KeyHead<Key>>): SyncRange<Key, Value>;
  rangeLazy(options?: RangeOptions<KeyHead<Key>>): SyncRange<Key, Item>;
  prefix(prefix: KeyHead<Key>, options?: PrefixOptions): SyncRange<Key, Value>;
  countRange(options?: KeyRangeOptions<KeyHead<Key>>): number;
}

/**
 * The mirror of a file that was opened without a schema: the fields of its root, as the file describes them. Chunks are
 * handles here too, such as `VecHandle<unknown>` and `MapHandle<unknown, unknown>`.
 */
export interface DynamicMirror {
  readonly [field: string]: unknown;
}

/** As {@link DynamicMirror}, from `openSync`: chunks are `SyncVecHandle<unknown>` and so on. */
export interface SyncDynamicMirror {
  readonly [field: string]: unknown;
}
