/**
 * Step 5 of the way: a file in IndexedDB. In: consecutive pieces. Out: the file, which appears under its key in one
 * transaction when it is whole.
 */
import { checkKey, type IndexedDbOptions, nameOf, type Place, placeOf } from "../storage/indexeddb.ts";
import { BlockSink, type BlockWriter } from "./block-sink.ts";
import { IndexedDbWriter } from "./indexeddb-writer.ts";
import type { Sink } from "./sink.ts";

/**
 * A sink into the file with this key in IndexedDB; database and stores are created.
 *
 * What crashed writers have left in the store is removed by the next writer. A connection that is closed by the browser, or
 * gives way to a page that upgrades the database, is opened again. Always end with `close()` or `abort()`.
 * Memory: 2 MiB, and as much on its way to the browser.
 * @throws {InvalidOptionError} The key is no text, or empty.
 * @throws {StorageUnavailableError} From `write` and `close`, as all below: no IndexedDB here.
 * @throws {StorageBusyError} Somebody else writes this file, or another page holds the database and does not give way.
 * @throws {QuotaExceededError} No room; what was written is gone again.
 * @throws {SinkFailedError} Anything else, such as the database being deleted meanwhile.
 */
export function indexedDbSink(key: string, options?: IndexedDbOptions): Sink {
  return new PartsSink(placeOf(options), checkKey(key));
}

/**
 * 2 MiB. In Chromium, 64 MB were stored as Blobs of 256 KiB at 125 MB/s, of 1 MiB at 336, of 2 at 387, of 4 at 460; but making
 * a Blob copies on the calling thread, 2 ms for each MiB, on a busy machine ten times as long. Slices of the Blob that a
 * reader puts together cost 0.4 ms whatever the parts; buffers instead are read as a whole, 2.4 ms for one of 1 MiB.
 */
const BLOCK_BYTES = 2 * 1024 * 1024;

class PartsSink extends BlockSink {
  readonly #place: Place;
  readonly #key: string;

  constructor(place: Place, key: string) {
    super(nameOf(place, key), BLOCK_BYTES);
    this.#place = place;
    this.#key = key;
  }

  protected override openWriter(): Promise<BlockWriter> {
    return IndexedDbWriter.open(this.#place, this.#key);
  }
}
