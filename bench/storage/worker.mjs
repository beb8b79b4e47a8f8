// Runs in a worker, where sync access handles are: the bare handle, and the library's source over one.
import { opfsSyncSource } from "parcode-web/opfs";

const BLOCK_BYTES = 1024 * 1024;

addEventListener("message", async ({ data }) => postMessage(await (data.kind === "write" ? write(data) : read(data))));

async function handleAt(path, create) {
  let directory = await navigator.storage.getDirectory();
  const names = path.split("/");
  for (const name of names.slice(0, -1)) directory = await directory.getDirectoryHandle(name);
  return (await directory.getFileHandle(names.at(-1), { create })).createSyncAccessHandle();
}

async function write({ path, buffer }) {
  const all = new Uint8Array(buffer);
  const start = performance.now();
  const handle = await handleAt(path, true);
  for (let at = 0; at < all.length; at += BLOCK_BYTES) handle.write(all.subarray(at, at + BLOCK_BYTES), { at });
  handle.flush();
  handle.close();
  const milliseconds = performance.now() - start;
  await (await navigator.storage.getDirectory()).removeEntry(path);
  return { milliseconds, byteLength: all.length };
}

async function read({ path, starts, byteLength }) {
  const source = await opfsSyncSource(path);
  let begun = performance.now();
  for (const start of starts) source.readSync({ start, end: start + byteLength });
  const sync = (performance.now() - begun) / starts.length;
  await source.close();
  const handle = await handleAt(path, false);
  begun = performance.now();
  for (const start of starts) handle.read(new Uint8Array(byteLength), { at: start });
  const raw = (performance.now() - begun) / starts.length;
  handle.close();
  return { sync, handle: raw };
}
