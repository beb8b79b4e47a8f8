/**
 * parcode-web/indexeddb: files in IndexedDB. Schemas, errors, `save` and `open` are in the main entry:
 *
 *     await save(indexedDbSink("world"), World, world);
 *     const file = await open(indexedDbSource("world"), World);
 */

export { indexedDbSink } from "./sink/indexeddb.ts";
export { indexedDbSource } from "./source/indexeddb.ts";
export {
  type IndexedDbEntry,
  type IndexedDbOptions,
  listIndexedDb,
  removeFromIndexedDb,
} from "./storage/indexeddb.ts";
