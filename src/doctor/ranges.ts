/** Beside the way: whether ranges come as they were asked for. In: the first answer. Out: findings, after three more requests. */
import { MIN_PIECE_BYTES } from "../source/http-answer.ts";
import { BodyBuffer } from "../source/http-body.ts";
import { DEFAULT_FIRST_BYTES } from "../source/http-options.ts";
import { parseContentRange, rangeHeader } from "../source/http-range.ts";
import type { ByteRange } from "../source/source.ts";
import type { Probe } from "./diagnose.ts";

const REMEDY =
  "Serve the file statically, or from object storage; development servers and some proxies get ranges wrong.";

/** Whether the file can be read: every range that was tried came as asked for. */
export async function checkRanges(probe: Probe, first: Response): Promise<boolean> {
  const { findings } = probe;
  const total = totalOf(probe, first);
  if (first.status === 416) {
    findings.problem(
      "ranges",
      "The server refuses the first bytes of the file (416): it is empty, or ranges are not for it.",
      REMEDY,
    );
    return false;
  }
  const front = await bodyOf(probe, first, DEFAULT_FIRST_BYTES);
  if (front === undefined) return wrong(probe, { start: 0, end: DEFAULT_FIRST_BYTES }, "more bytes");
  const end = Math.min(DEFAULT_FIRST_BYTES, total ?? DEFAULT_FIRST_BYTES);
  if (total !== undefined && !isRange(first, { start: 0, end }, front)) {
    const isShorter =
      front.length >= MIN_PIECE_BYTES && front.length < end && isRange(first, { start: 0, end: front.length }, front);
    if (!isShorter) return wrong(probe, { start: 0, end }, stated(first, front));
    const text = `The server sends ${front.length} bytes where ${end} were asked for: long reads take several requests.`;
    findings.warn("ranges", text, "Let the server, or the proxy in front of it, send ranges of several MiB.");
  }
  // Inside of what is here already, so that the bytes can be compared.
  const inner = { start: Math.min(1, front.length - 1), end: Math.min(1000, front.length) };
  const again = await askFor(probe, inner);
  if (again.bytes === undefined || again.response.status !== 206 || !isRange(again.response, inner, again.bytes))
    return wrong(probe, inner, stated(again.response, again.bytes));
  if (!again.bytes.every((byte, i) => byte === front[inner.start + i]))
    return wrong(probe, inner, "other bytes than in the first answer");
  if (!isSameVersion(first, again.response)) {
    findings.problem(
      "validators",
      "Two answers name different versions of the file (ETag, Last-Modified): reading ends with SourceChangedError.",
      "Let all servers behind the URL send the same validators for the same file.",
    );
    return false;
  }
  if (total !== undefined && !(await checkEnd(probe, total))) return false;
  findings.ok("ranges", `Ranges come as asked for${total === undefined ? "" : `, of a file of ${total} bytes`}.`);
  return true;
}

/** The last bytes, and those behind them. */
async function checkEnd(probe: Probe, total: number): Promise<boolean> {
  const tail = { start: Math.max(1, total - 100), end: total };
  if (tail.start < tail.end) {
    const { response, bytes } = await askFor(probe, tail);
    if (response.status !== 206 || bytes === undefined || !isRange(response, tail, bytes))
      return wrong(probe, tail, stated(response, bytes));
  }
  const beyond = await probe
    .ask("GET", { Range: rangeHeader({ start: total, end: total + 100 }) })
    .catch(() => undefined);
  probe.signal?.throwIfAborted();
  await beyond?.body?.cancel();
  if (beyond?.status !== 416) {
    const found = beyond === undefined ? "so that a page cannot see it" : `with ${beyond.status}`;
    probe.findings.warn("ranges", `A range behind the end of the file is answered ${found}, in place of 416.`, REMEDY);
  }
  return true;
}

function totalOf({ findings, isBrowser, isCrossOrigin }: Probe, response: Response): number | undefined {
  const header = response.headers.get("Content-Range");
  const parsed = header === null ? undefined : parseContentRange(header);
  if (parsed !== undefined && parsed.byteLength === undefined && response.status === 206) {
    findings.warn(
      "ranges",
      `The length of the file is not said (Content-Range: ${header}): one HEAD request more finds it.`,
      REMEDY,
    );
  } else if (parsed === undefined && !(isBrowser && isCrossOrigin && header === null)) {
    findings.problem(
      "ranges",
      `The answer does not say which bytes it has (Content-Range: ${header ?? "absent"}).`,
      REMEDY,
    );
  }
  return parsed?.byteLength;
}

async function askFor(probe: Probe, range: ByteRange): Promise<{ response: Response; bytes: Uint8Array | undefined }> {
  const response = await probe.ask("GET", { Range: rangeHeader(range) });
  return { response, bytes: await bodyOf(probe, response, range.end - range.start) };
}

/** The body, or undefined if it is longer than was asked for. */
async function bodyOf({ signal }: Probe, response: Response, limit: number): Promise<Uint8Array | undefined> {
  const buffer = new BodyBuffer("the answer", limit);
  const never = new AbortController().signal;
  return (await buffer.append(response, signal ?? never, () => {})) ? buffer.bytes : undefined;
}

function isRange(response: Response, { start, end }: ByteRange, bytes: Uint8Array): boolean {
  const header = response.headers.get("Content-Range");
  const range = header === null ? undefined : parseContentRange(header)?.range;
  return bytes.length === end - start && (header === null || (range?.start === start && range.end === end));
}

function isSameVersion(first: Response, second: Response): boolean {
  const [one, other] = [first, second].map(({ headers }) => headers.get("ETag")?.replace(/^W\//, "") ?? null);
  if (one !== null && other !== null) return one === other;
  return first.headers.get("Last-Modified") === second.headers.get("Last-Modified");
}

function stated(response: Response, bytes: Uint8Array | undefined): string {
  const length = bytes === undefined ? "a longer body" : `${bytes.length} bytes`;
  return `${response.status}, ${length}, Content-Range: ${response.headers.get("Content-Range") ?? "absent"}`;
}

function wrong({ findings }: Probe, { start, end }: ByteRange, found: string): false {
  findings.problem("ranges", `Bytes ${start} to ${end - 1} were asked for, and something else came: ${found}.`, REMEDY);
  return false;
}
