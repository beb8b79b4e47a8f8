/**
 * The ways in which the range server can misbehave. Pure: an answer as it should be goes in, the wrong one comes out.
 */
import { gzipSync } from "node:zlib";

/** What is about to be sent. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  /** Whether the length is sent; without it the body is chunked. */
  hasLength: boolean;
  /** Sent after the body, in pieces, until the client has enough or this many bytes have gone. */
  endlessBytes: number;
  /** How the connection ends. "drop": after half of the body. "hang": before the headers. "hang-body": after half of the body. */
  ending: "proper" | "drop" | "hang" | "hang-body";
  /** Names of the headers that other origins may see. */
  exposed: string[];
}

/** What a mode may look at. */
export interface Asked {
  readonly method: string;
  readonly bytes: Uint8Array;
  /** The range as it was understood, end exclusive; the whole file without one. */
  readonly start: number;
  readonly end: number;
  /** How many requests to this URL came before. */
  readonly count: number;
}

type Mode = (answer: Answer, asked: Asked) => void;

const whole: Mode = (answer, asked) => {
  answer.status = 200;
  answer.body = asked.bytes;
  delete answer.headers["Content-Range"];
};

const contentRange = (answer: Answer, start: number, end: number, total: number | string): void => {
  if (answer.status === 206) answer.headers["Content-Range"] = `bytes ${start}-${end - 1}/${total}`;
};

const MODES: Record<string, Mode> = {
  whole200: whole,
  "whole200-chunked": (answer, asked) => {
    whole(answer, asked);
    answer.hasLength = false;
  },
  "short-body": (answer) => {
    answer.body = answer.body.subarray(0, -1);
  },
  "long-body": (answer) => {
    answer.hasLength = false;
    answer.endlessBytes = 64 * 1024 * 1024;
  },
  "wrong-range": (answer, { bytes, start, end }) => {
    const shift = end < bytes.length ? 1 : -1;
    answer.body = bytes.subarray(start + shift, end + shift);
    contentRange(answer, start + shift, end + shift, bytes.length);
  },
  // As a range that is not understood is answered by some development servers: 206, and all of the file.
  whole206: (answer, { bytes }) => {
    answer.body = bytes;
    contentRange(answer, 0, bytes.length, bytes.length);
  },
  "wrong-start": (answer, { bytes, start, end }) => contentRange(answer, Math.max(0, start - 1), end, bytes.length),
  "wrong-total": (answer, { bytes, start, end }) => contentRange(answer, start, end, bytes.length + 1),
  "unknown-total": (answer, { start, end }) => contentRange(answer, start, end, "*"),
  "bad-content-range": (answer, { start, end }) => {
    answer.headers["Content-Range"] = `bytes=${start}-${end}`;
  },
  "no-content-range": (answer) => {
    delete answer.headers["Content-Range"];
  },
  hidden: (answer) => {
    answer.exposed = [];
  },
  "gzip-encoding": (answer) => {
    answer.body = gzipSync(answer.body);
    answer.headers["Content-Encoding"] = "gzip";
  },
  // An encoding that no client undoes by itself, so that the header is all there is to see.
  "unknown-encoding": (answer) => {
    answer.headers["Content-Encoding"] = "x-parcode-test";
  },
  "identity-encoding": (answer) => {
    answer.headers["Content-Encoding"] = "identity";
  },
  multipart: (answer) => {
    answer.headers["Content-Type"] = "multipart/byteranges; boundary=b";
  },
  "change-etag": (answer, { count }) => {
    answer.headers.ETag = `"changed-${count}"`;
  },
  "weak-etag": (answer) => {
    answer.headers.ETag = `W/${answer.headers.ETag}`;
  },
  "no-etag": (answer) => {
    delete answer.headers.ETag;
  },
  "change-last-modified": (answer, { count }) => {
    answer.headers["Last-Modified"] = new Date(Date.UTC(2024, 0, 2, 0, 0, count)).toUTCString();
  },
  // The file as if it had been cut to its first 10 bytes since.
  truncated: (answer, { start }) => {
    if (start < 10) return;
    answer.status = 416;
    answer.body = new Uint8Array(0);
    answer.headers["Content-Range"] = "bytes */10";
  },
  "refuse-416": (answer, { bytes }) => {
    answer.status = 416;
    answer.body = new Uint8Array(0);
    answer.headers["Content-Range"] = `bytes */${bytes.length}`;
  },
  // With the length of an error page, which is not the length of the file.
  "head-405": (answer, { method }) => {
    if (method === "HEAD")
      Object.assign(answer, { status: 405, body: new Uint8Array(400_000), headers: { Allow: "GET" } });
  },
  // As if the file had shrunk since the first answer, or the length were one of compressed bytes.
  "head-short": (answer, { method }) => {
    if (method === "HEAD") answer.body = new Uint8Array(10);
  },
  "head-503": (answer, { method }) => {
    if (method === "HEAD") Object.assign(answer, { status: 503, body: new Uint8Array(0), headers: {} });
  },
  hang: (answer) => {
    answer.ending = "hang";
  },
  "hang-body": (answer) => {
    answer.ending = "hang-body";
  },
  "drop-connection": (answer) => {
    answer.ending = "drop";
  },
};

/** Applies the modes of a comma-separated list; `status-NNN`, `retry-after-N`, `flip-N`, of byte N, and `cap-N`, of N bytes at most, are modes too. */
export function misbehave(list: string, answer: Answer, asked: Asked): void {
  for (const name of list.split(",").filter((part) => part !== "")) {
    const mode = Object.hasOwn(MODES, name) ? MODES[name] : numbered(name);
    if (mode === undefined) throw new Error(`The range server has no mode "${name}".`);
    mode(answer, asked);
  }
}

function numbered(name: string): Mode | undefined {
  const [, kind, value] = /^(status|retry-after|flip|cap)-(\d+)$/.exec(name) ?? [];
  if (kind === undefined || value === undefined) return undefined;
  if (kind === "flip") return (answer, asked) => flip(answer, asked, Number(value));
  if (kind === "cap") return (answer, asked) => cap(answer, asked, Number(value));
  return (answer) => {
    if (kind === "retry-after") answer.headers["Retry-After"] = value;
    else
      Object.assign(answer, { status: Number(value), body: new TextEncoder().encode("no"), headers: answer.headers });
    if (kind === "status") delete answer.headers["Content-Range"];
  };
}

/** Other bytes than the file's, as from a cache that has gone bad. */
function flip(answer: Answer, { start }: Asked, offset: number): void {
  const at = offset - start;
  if (at < 0 || at >= answer.body.length) return;
  answer.body = answer.body.slice();
  answer.body[at] = (answer.body[at] as number) ^ 0xff;
}

/** Less than was asked for, and saying so, as the standard allows. */
function cap(answer: Answer, { start, end, bytes }: Asked, length: number): void {
  if (answer.status !== 206 || end - start <= length) return;
  answer.body = answer.body.subarray(0, length);
  contentRange(answer, start, start + length, bytes.length);
}
