// In the page, in place of node:fs, node:path and node:url: files are bytes that were read before, by name. Who opens ranges of a
// file takes them from its Blob instead.

const files = new Map();

/** @param {Map<string, Uint8Array>} read */
export function setFiles(read) {
  files.clear();
  for (const [name, bytes] of read) files.set(name, bytes);
}

/** Names of files that were asked for since the last call. */
export function takeAsked() {
  const names = [...asked];
  asked.clear();
  return names;
}

const asked = new Set();

export function readFileSync(path, encoding) {
  const name = path.slice(path.lastIndexOf("/") + 1);
  asked.add(name);
  const bytes = files.get(name);
  if (bytes === undefined) throw new Error(`${name} was not read before.`);
  return encoding === "utf8" ? new TextDecoder().decode(bytes) : bytes;
}

export const join = (...parts) => parts.join("/");

function unused() {
  throw new Error("There are no descriptors in a page.");
}

export { unused as closeSync, unused as fstatSync, unused as openSync, unused as readSync };
