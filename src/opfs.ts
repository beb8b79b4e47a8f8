/**
 * parcode-web/opfs: files in the browser's origin private file system. Schemas, errors, `save` and `open` are in the main entry:
 *
 *     await save(opfsSink("worlds/a.par"), World, world);
 *     const file = await open(opfsSource("worlds/a.par"), World);
 */

export { type OpfsSink, type OpfsSinkOptions, opfsSink } from "./sink/opfs.ts";
export { opfsSource } from "./source/opfs.ts";
export {
  opfsSyncSource,
  type ReadableSyncHandle,
  type SyncHandleOptions,
  syncHandleSource,
} from "./source/sync-handle.ts";
export { listOpfs, type OpfsEntry, removeFromOpfs } from "./storage/opfs-files.ts";
