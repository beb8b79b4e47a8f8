/**
 * parcode-web: a typed object graph in one file, of which you read only what you touch, wherever the file lies.
 *
 *     write:  schema → encode → graph → codec → sink          save, serialize, serializeSync, toBlob
 *     read:   source → read → decode → mirror                 open, openSync
 *
 * Folders of src/ are the steps; docs/ARCHITECTURE.md has the whole map.
 */

export type { Codec } from "./codec/codec.ts";
export { type CodecRegistry, createRegistry } from "./codec/registry.ts";
export {
  BudgetExceededError,
  ChecksumMismatchError,
  ClosedError,
  CorruptChunkError,
  type ErrorDetails,
  IndexOutOfRangeError,
  InvalidOptionError,
  isParcodeError,
  KeyCodingError,
  type KeyErrorKind,
  LimitExceededError,
  NotAParcodeFileError,
  ParcodeError,
  type ParcodeErrorCode,
  type ParcodeErrors,
  QuotaExceededError,
  RangeNotSupportedError,
  type ReadCost,
  SchemaIncompatibleError,
  SchemaMismatchError,
  SinkFailedError,
  SourceChangedError,
  SourceUnavailableError,
  StorageBusyError,
  StorageUnavailableError,
  UnknownCodecError,
  UnsupportedVersionError,
  WebAssemblyUnavailableError,
  WorkerCrashedError,
} from "./errors.ts";
export type { AsyncFile, SyncFile } from "./mirror/file.ts";
export { load, loadSync } from "./mirror/load.ts";
export { type OpenSource, open } from "./open.ts";
export { openSync } from "./open-sync.ts";
export { type OptimizeOptions, type OptimizeReport, optimize } from "./optimize.ts";
export type { FormatOptions, OpenOptions, ReadLimits, SaveOptions, WorkerOptions, WriteProgress } from "./options.ts";
export type { ReadPlan } from "./read/dry-run.ts";
export type { Integrity } from "./read/pin.ts";
export type { ReadStats } from "./read/store.ts";
export type { ChunkGuess, ChunkInfo, ChunkTree } from "./read/tree.ts";
export type { VerifyOptions, VerifyReport } from "./read/verify.ts";
export { type SaveReport, save, serialize, toBlob } from "./save.ts";
export { serializeSync } from "./save-sync.ts";
export { array, map, option, recursive, set, tuple, typed, variant, vec } from "./schema/composites.ts";
export { descending } from "./schema/descending.ts";
export type {
  BytesHandle,
  DynamicMirror,
  Handle,
  HandleDescription,
  KeyHead,
  KeyRangeOptions,
  LoadOptions,
  LoadProgress,
  LoadProgressOptions,
  MapHandle,
  PrefixOptions,
  Range,
  RangeOptions,
  SortedMapHandle,
  SyncDynamicMirror,
  SyncHandle,
  SyncMapHandle,
  SyncRange,
  SyncSortedMapHandle,
  SyncTypedHandle,
  SyncVecHandle,
  TypedHandle,
  VecHandle,
} from "./schema/handles.ts";
export { renamed, withDefault } from "./schema/older.ts";
export { type ChunkOptions, chunk, type HashMapOptions, hashMap } from "./schema/placement.ts";
export {
  bool,
  bytes,
  char,
  f32,
  f64,
  i8,
  i16,
  i32,
  i64,
  i128,
  int,
  str,
  u8,
  u16,
  u32,
  u64,
  u128,
  uint,
  unit,
} from "./schema/primitives.ts";
export { type SortedMapOptions, sortedMap } from "./schema/sorted.ts";
export { struct } from "./schema/struct.ts";
export type { Infer, Input, Mirror, Schema, SchemaOf, SyncMirror } from "./schema/types.ts";
export { type BlobSink, type BlobSinkOptions, blobSink } from "./sink/blob.ts";
export { type MemorySink, memorySink } from "./sink/memory.ts";
export type { Sink, SyncSink } from "./sink/sink.ts";
export { streamSink } from "./sink/stream.ts";
export type { SaveTarget } from "./sink/target.ts";
export { blobSource } from "./source/blob.ts";
export type { HttpFetch, HttpSourceOptions } from "./source/http.ts";
export { httpSource } from "./source/http-source.ts";
export { memorySource } from "./source/memory.ts";
export type { MeterOptions, ReadEvent, ReadReason } from "./source/meter.ts";
export type { RetryOptions } from "./source/retry.ts";
export type { ByteRange, ReadOptions, Source, SourceTraffic, SyncSource } from "./source/source.ts";
export type { AnyWorker } from "./worker/pool.ts";
export type { NodePort, WebPort } from "./worker/protocol.ts";
