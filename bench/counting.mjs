// Counts what a process reads from files, whichever function of node:fs it uses. Imported before the libraries, which bind those
// functions when they are loaded.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { promisify } from "node:util";

const counts = { reads: 0, bytes: 0 };
let isCounting = false;

/** Counts from now on, or not. */
export function count(on) {
  isCounting = on;
}

/** Calls of the system's read, and bytes that they gave; `readFileSync` counts as one read. */
export function counted() {
  return { ...counts };
}

function note(bytes) {
  if (!isCounting) return;
  counts.reads += 1;
  counts.bytes += bytes;
}

const { read, readv, readSync, readvSync, readFileSync } = fs;

for (const [name, original] of Object.entries({ readSync, readvSync })) {
  fs[name] = (...args) => {
    const bytes = original(...args);
    note(bytes);
    return bytes;
  };
}

fs.readFileSync = (...args) => {
  // It calls `fs.readSync`, or does not, depending on the version of Node.
  const wasCounting = isCounting;
  isCounting = false;
  try {
    const content = readFileSync(...args);
    isCounting = wasCounting;
    note(typeof content === "string" ? Buffer.byteLength(content) : content.byteLength);
    return content;
  } finally {
    isCounting = wasCounting;
  }
};

for (const [name, original] of Object.entries({ read, readv })) {
  const promised = promisify(original);
  fs[name] = (...args) => {
    const done = args.pop();
    original(...args, (error, bytes, buffer) => {
      if (error === null) note(bytes);
      done(error, bytes, buffer);
    });
  };
  fs[name][promisify.custom] = async (...args) => {
    const result = await promised(...args);
    note(result.bytesRead);
    return result;
  };
}

syncBuiltinESMExports();
