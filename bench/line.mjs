// A server with byte ranges behind a line of some latency and bandwidth, which all its answers share.
import { once } from "node:events";
import { createServer } from "node:http";

/** What is sent at a time: 5 ms of a line of 50 Mbit/s. */
const SLICE_BYTES = 32 * 1024;

/**
 * @param {Record<string, Uint8Array>} files By their names in the URL.
 * @param {{ latencyMilliseconds: number, megabitsPerSecond?: number }} line Latency is waited for once for each request.
 * @returns {Promise<{ url: string, traffic(): { requests: number, bytes: number }, close(): Promise<void> }>}
 */
export async function serveOverLine(files, { latencyMilliseconds, megabitsPerSecond = Number.POSITIVE_INFINITY }) {
  const traffic = { requests: 0, bytes: 0 };
  const bytesPerMillisecond = (megabitsPerSecond * 1e6) / 8 / 1000;
  let freeAt = 0;
  const send = async (response, body) => {
    if (bytesPerMillisecond === Number.POSITIVE_INFINITY) return response.end(body);
    for (let at = 0; at < body.length && !response.destroyed; at += SLICE_BYTES) {
      const slice = body.subarray(at, at + SLICE_BYTES);
      const now = performance.now();
      freeAt = Math.max(now, freeAt) + slice.length / bytesPerMillisecond;
      await new Promise((resolve) => setTimeout(resolve, freeAt - now));
      response.write(slice);
    }
    response.end();
  };
  const server = createServer((request, response) => {
    const bytes = files[request.url.slice(1)];
    setTimeout(() => {
      const [, start, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
      const from = Number(start ?? 0);
      const to = Math.min(bytes.length, last === undefined || last === "" ? bytes.length : Number(last) + 1);
      const body = request.method === "HEAD" ? new Uint8Array(0) : bytes.subarray(from, to);
      traffic.requests++;
      traffic.bytes += body.length;
      response.writeHead(start === undefined ? 200 : 206, {
        "Accept-Ranges": "bytes",
        "Content-Length": to - from,
        "Content-Type": "application/octet-stream",
        ...(start === undefined ? {} : { "Content-Range": `bytes ${from}-${to - 1}/${bytes.length}` }),
        ETag: '"1"',
      });
      void send(response, body);
    }, latencyMilliseconds);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, traffic: () => ({ ...traffic }), close };
}
