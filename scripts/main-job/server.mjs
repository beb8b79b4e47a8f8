// A small file server on loopback with range requests, strong ETags and CORS, which counts what it is asked and what it sends.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";

/**
 * @typedef {{ path: string, type?: string, encoding?: string }} ServedFile A file on disk; `encoding` if it is compressed there.
 * @typedef {{ requests: number, bytes: number }} Traffic Requests answered, and bytes of their bodies.
 * @typedef {{ path: string, byteLength: number, headers: Record<string, string | number>, etag: string }} Entry
 */

const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
  "Access-Control-Allow-Headers": "Range, If-Range, If-None-Match",
  "Access-Control-Expose-Headers": "Accept-Ranges, Content-Encoding, Content-Range, ETag",
  "Cross-Origin-Resource-Policy": "cross-origin",
};

/**
 * Serves `files` by name on a free port. They must not change while they are served.
 * @param {Record<string, ServedFile>} files
 */
export async function startFileServer(files) {
  const entries = new Map();
  for (const [name, file] of Object.entries(files)) entries.set(`/${name}`, await entryOf(file));
  /** @type {Traffic} */
  const traffic = { requests: 0, bytes: 0 };
  const server = createServer((request, response) => {
    answer(request, response, entries, traffic).catch(() => response.destroy());
  });
  await new Promise((done, failed) => server.once("error", failed).listen(0, "127.0.0.1", () => done(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    /** Without a slash at the end. */
    url: `http://127.0.0.1:${address.port}`,
    /** @returns {Traffic} What was asked and sent so far. */
    traffic: () => ({ ...traffic }),
    close() {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done(undefined)));
    },
  };
}

/** @param {ServedFile} file @returns {Promise<Entry>} */
async function entryOf({ path, type = "application/octet-stream", encoding }) {
  const { size } = await stat(path);
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  const etag = `"${hash.digest("hex").slice(0, 32)}"`;
  const headers = { "Content-Type": type, "Accept-Ranges": "bytes", "Cache-Control": "no-cache", ETag: etag };
  return { path, byteLength: size, etag, headers: encoding ? { ...headers, "Content-Encoding": encoding } : headers };
}

/** @param {Map<string, Entry>} entries @param {Traffic} traffic */
async function answer(request, response, entries, traffic) {
  const { method } = request;
  for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
  if (method === "OPTIONS") return response.writeHead(204).end();
  traffic.requests++;
  if (method !== "GET" && method !== "HEAD") return response.writeHead(405, { Allow: "GET, HEAD, OPTIONS" }).end();
  const entry = entries.get(new URL(request.url, "http://server").pathname);
  if (entry === undefined)
    return response.writeHead(404, { "Content-Type": "text/plain" }).end("There is no such file.\n");
  if (listed(request.headers["if-none-match"], entry.etag)) return response.writeHead(304, entry.headers).end();

  const { byteLength } = entry;
  const range = wantedRange(request.headers, entry);
  if (range !== undefined && range.start >= range.end) {
    return response.writeHead(416, { ...entry.headers, "Content-Range": `bytes */${byteLength}` }).end();
  }
  const { start, end } = range ?? { start: 0, end: byteLength };
  const headers = { ...entry.headers, "Content-Length": end - start };
  if (range === undefined) response.writeHead(200, headers);
  else response.writeHead(206, { ...headers, "Content-Range": `bytes ${start}-${end - 1}/${byteLength}` });
  if (method === "HEAD" || start === end) return response.end();
  const stream = createReadStream(entry.path, { start, end: end - 1, highWaterMark: 256 * 1024 });
  stream.on("data", (piece) => {
    traffic.bytes += piece.length;
  });
  await pipeline(stream, response);
}

/** The range asked for, empty if the file has none of it; undefined for the whole file. Lists of ranges count as none. */
function wantedRange(headers, { byteLength, etag }) {
  const condition = headers["if-range"];
  if (condition !== undefined && condition !== etag) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? "");
  if (match === null) return undefined;
  const [, first, last] = match;
  if (first === "" && last === "") return undefined;
  if (first === "") return { start: Math.max(0, byteLength - Number(last)), end: last === "0" ? 0 : byteLength };
  if (last !== "" && Number(last) < Number(first)) return undefined; // The standard: such a range is to be ignored.
  return { start: Number(first), end: last === "" ? byteLength : Math.min(byteLength, Number(last) + 1) };
}

function listed(header, etag) {
  return (header ?? "").split(",").some((tag) => [etag, `W/${etag}`, "*"].includes(tag.trim()));
}
