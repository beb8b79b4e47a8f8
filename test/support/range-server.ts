/**
 * A file server for tests, with correct range handling, that counts what it is asked and misbehaves on demand.
 *
 *     PUT    /files/name                stores the body          DELETE /files/name    forgets it
 *     GET    /files/name?mode=…         the file; `mode` is a list of range-modes.ts, `delay` milliseconds to wait,
 *                                       `after` how many requests with the same `id` are answered well before it applies,
 *                                       `until` behind how many it ends
 *     GET    /redirect/name?…           302 to /files/name?…, on `host` if that is given; with `uses`, to a place that says 403
 *                                       after so many requests
 *     PUT    /nginx/name                stores the body in the folder that nginx serves
 *     GET    /stats/name                RequestRecord[] as JSON  DELETE /stats/name    forgets them
 *
 * Every answer may be read by any origin, also by pages that are cross-origin isolated.
 */
import { createHash, randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RequestRecord } from "./range-client.ts";
import { type Answer, type Asked, misbehave } from "./range-modes.ts";

/** What the client reads later, while it is being filled in. */
type OpenRecord = { -readonly [Field in keyof RequestRecord]: RequestRecord[Field] };

export interface RangeServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

interface StoredFile {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

const EXPOSED = ["Content-Range", "ETag", "Accept-Ranges", "Content-Encoding", "Retry-After"];
const LAST_MODIFIED = new Date(Date.UTC(2024, 0, 1)).toUTCString();

/** Starts a server on a free port of the loopback interface. */
export async function startRangeServer(nginxFolder?: string): Promise<RangeServer> {
  const handler = new RangeHandler(nginxFolder);
  const server = createServer((request, response) => {
    handler.handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, handler.corsHeaders(request, EXPOSED));
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class RangeHandler {
  readonly #files = new Map<string, StoredFile>();
  readonly #records = new Map<string, OpenRecord[]>();
  readonly #underWay = new Map<string, number>();
  readonly #counts = new Map<string, number>();
  readonly #nginxFolder: string | undefined;

  constructor(nginxFolder: string | undefined) {
    this.#nginxFolder = nginxFolder;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://server");
    const [, folder, name = ""] = url.pathname.split("/");
    if (folder === "stats") return this.#stats(request, response, name);
    if (folder === "nginx" && request.method === "PUT") return await this.#putToNginx(request, response, name);
    if (folder === "redirect") return this.#redirect(request, response, url, name);
    const record: OpenRecord = {
      method: request.method ?? "",
      range: request.headers.range ?? null,
      acceptEncoding: request.headers["accept-encoding"]?.toString() ?? null,
      cacheControl: request.headers["cache-control"] ?? null,
      status: 0,
      bytes: 0,
      closedEarly: false,
      alongside: this.#underWay.get(name) ?? 0,
    };
    this.#underWay.set(name, record.alongside + 1);
    response.on("close", () => {
      this.#underWay.set(name, (this.#underWay.get(name) ?? 1) - 1);
      // Not `writableFinished` nor the event "finish": a response that has lost its connection counts as finished there.
      record.closedEarly = !response.writableEnded;
    });
    if (request.method === "PUT") return await this.#put(request, response, name);
    this.#recordsOf(name).push(record);
    if (request.method === "OPTIONS") {
      record.status = 204;
      response.writeHead(204, this.corsHeaders(request, EXPOSED)).end();
    } else if (request.method === "DELETE") {
      this.#files.delete(name);
      response.writeHead(204, this.corsHeaders(request, EXPOSED)).end();
    } else {
      await this.#get(request, response, url, name, record);
    }
  }

  #redirect(request: IncomingMessage, response: ServerResponse, url: URL, name: string): void {
    const host = url.searchParams.get("host");
    const origin = host === null ? "" : `http://${host}:${request.socket.localPort}`;
    const query = new URLSearchParams(url.search);
    if (query.has("uses")) query.set("token", randomUUID());
    const { method = "", headers } = request;
    const [range, acceptEncoding, cacheControl] = [headers.range ?? null, null, null];
    const status = 302;
    const record = { method, range, acceptEncoding, cacheControl, status, bytes: 0, closedEarly: false, alongside: 0 };
    this.#recordsOf(name).push(record);
    const location = `${origin}/files/${name}?${query}`;
    response.writeHead(status, { ...this.corsHeaders(request, EXPOSED), Location: location }).end();
  }

  /** Whether a place that a redirect led to has answered as often as it does. */
  #isExpired(url: URL): boolean {
    const token = url.searchParams.get("token");
    if (token === null) return false;
    const count = this.#counts.get(token) ?? 0;
    this.#counts.set(token, count + 1);
    return count >= Number(url.searchParams.get("uses"));
  }

  corsHeaders(request: IncomingMessage, exposed: readonly string[]): Record<string, string> {
    return {
      "Access-Control-Allow-Origin": request.headers.origin ?? "*",
      "Access-Control-Allow-Credentials": "true",
      "Access-Control-Allow-Methods": "GET, HEAD, PUT, DELETE, OPTIONS",
      "Access-Control-Allow-Headers": request.headers["access-control-request-headers"] ?? "",
      "Access-Control-Expose-Headers": exposed.join(", "),
      "Cross-Origin-Resource-Policy": "cross-origin",
      Vary: "Origin",
    };
  }

  #recordsOf(name: string): OpenRecord[] {
    const records = this.#records.get(name) ?? [];
    this.#records.set(name, records);
    return records;
  }

  #stats(request: IncomingMessage, response: ServerResponse, name: string): void {
    const headers = {
      ...this.corsHeaders(request, EXPOSED),
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
    };
    if (request.method === "DELETE") this.#records.delete(name);
    response.writeHead(200, headers).end(JSON.stringify(this.#records.get(name) ?? []));
  }

  async #putToNginx(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const bytes = await bodyOf(request);
    const isPossible = this.#nginxFolder !== undefined && /^[\w-]+(\.\w+)?$/.test(name);
    if (isPossible) await writeFile(join(this.#nginxFolder as string, name), bytes);
    response.writeHead(isPossible ? 204 : 404, this.corsHeaders(request, EXPOSED)).end();
  }

  async #put(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const bytes = await bodyOf(request);
    const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}"`;
    this.#files.set(name, { bytes, etag });
    response.writeHead(204, this.corsHeaders(request, EXPOSED)).end();
  }

  async #get(request: IncomingMessage, response: ServerResponse, url: URL, name: string, record: OpenRecord) {
    const parameters = url.searchParams;
    const count = this.#count(url);
    await sleep(Number(parameters.get("delay") ?? 0));
    const file = this.#files.get(name);
    const { answer, asked } = file === undefined ? missing(request) : correctAnswer(request, file, count);
    const { after, until } = {
      after: Number(parameters.get("after") ?? 0),
      until: Number(parameters.get("until") ?? 1e9),
    };
    if (count >= after && count < until) misbehave(parameters.get("mode") ?? "", answer, asked);
    if (this.#isExpired(url)) misbehave("status-403", answer, asked);
    const headers = { ...answer.headers, ...this.corsHeaders(request, answer.exposed) };
    if (answer.hasLength) headers["Content-Length"] = String(answer.body.length);
    await send(request, response, { ...answer, headers }, record);
  }

  /** How many requests with the same `id` came before. */
  #count(url: URL): number {
    const key = url.searchParams.get("id") ?? url.href;
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    return count;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

function missing(request: IncomingMessage): { answer: Answer; asked: Asked } {
  const none = { method: request.method ?? "", bytes: new Uint8Array(0), start: 0, end: 0, count: 0 };
  return { answer: answerOf(404, new TextEncoder().encode("no such file"), {}), asked: none };
}

function correctAnswer(request: IncomingMessage, file: StoredFile, count: number): { answer: Answer; asked: Asked } {
  const { bytes, etag } = file;
  const total = bytes.length;
  const headers = {
    "Content-Type": "application/octet-stream",
    "Accept-Ranges": "bytes",
    "Last-Modified": LAST_MODIFIED,
    ETag: etag,
  };
  const asked = { method: request.method ?? "", bytes, start: 0, end: total, count };
  const range = parseRange(request.headers.range, total);
  if (range === undefined) return { answer: answerOf(200, bytes, headers), asked };
  if (range === "unsatisfiable") {
    const answer = answerOf(416, new Uint8Array(0), { ...headers, "Content-Range": `bytes */${total}` });
    return { answer, asked };
  }
  const { start, end } = range;
  const partial = { ...headers, "Content-Range": `bytes ${start}-${end - 1}/${total}` };
  return { answer: answerOf(206, bytes.subarray(start, end), partial), asked: { ...asked, start, end } };
}

function answerOf(status: number, body: Uint8Array, headers: Record<string, string>): Answer {
  return {
    status,
    body,
    headers: { ...headers },
    hasLength: true,
    endlessBytes: 0,
    ending: "proper",
    exposed: EXPOSED,
  };
}

/** One range, closed, open or suffix. Others are ignored, as the standard allows. */
function parseRange(
  header: string | undefined,
  total: number,
): { start: number; end: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, total - Number(last)) : Number(first);
  const end = first === "" || last === "" ? total : Math.min(total, Number(last) + 1);
  return start < end ? { start, end } : "unsatisfiable";
}

async function send(request: IncomingMessage, response: ServerResponse, answer: Answer, record: OpenRecord) {
  if (answer.ending === "hang") return;
  record.status = answer.status;
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const body = answer.ending === "proper" ? answer.body : answer.body.subarray(0, answer.body.length >> 1);
  if (!(await sendPieces(response, body, record))) return;
  if (answer.ending === "drop") {
    await sleep(20); // Long enough that the client has the headers.
    response.destroy();
  }
  if (answer.ending !== "proper") return;
  const piece = new Uint8Array(PIECE_BYTES);
  for (let sent = 0; sent < answer.endlessBytes; sent += piece.length) {
    if (!(await sendPieces(response, piece, record))) return;
  }
  response.end();
}

const PIECE_BYTES = 64 * 1024;

/** Sends at the pace of the client, so that the record says what went out; whether the client took it all. */
async function sendPieces(response: ServerResponse, bytes: Uint8Array, record: OpenRecord): Promise<boolean> {
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    if (response.destroyed) return false;
    const piece = bytes.subarray(offset, offset + PIECE_BYTES);
    record.bytes += piece.length;
    if (!response.write(piece)) await drained(response);
  }
  return !response.destroyed;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const goOn = (): void => {
      response.off("drain", goOn).off("close", goOn);
      resolve();
    };
    response.on("drain", goOn).on("close", goOn);
  });
}
