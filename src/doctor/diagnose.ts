/**
 * Beside the way: whether a server answers range requests as reading needs them, and what to change where it does not. In:
 * a URL. Out: findings. A handful of small requests; nothing of the file is kept.
 */
import { isParcodeError } from "../errors.ts";
import { open } from "../open.ts";
import { DEFAULT_FIRST_BYTES, httpSettings } from "../source/http-options.ts";
import { rangeHeader } from "../source/http-range.ts";
import { checkFile, type FileFacts } from "./file.ts";
import { type Finding, type FindingLevel, Findings } from "./finding.ts";
import { checkCaching, checkCors, checkEncoding, checkRedirect, checkValidators, isReadableRange } from "./headers.ts";
import { type HostName, hostOf } from "./hosts.ts";
import { checkRanges } from "./ranges.ts";

/** Options of {@link diagnose}; how to reach the file is said as for `open`. */
export interface DiagnoseOptions {
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  readonly headers?: HeadersInit | undefined;
  readonly credentials?: RequestCredentials | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Outside of browsers: the origin whose pages are to read the file. Sent as `Origin`; that it is not allowed is a problem
   * then. Without it, some origin is sent, and that it is not allowed is a warning. In a browser the page's own origin counts.
   */
  readonly origin?: string | undefined;
  /** Finds the HTTP version ("h2", "http/1.1") where the platform's fetch does not tell: the command line asks the TLS layer. */
  readonly protocolOf?: ((url: URL) => Promise<string | undefined>) | undefined;
}

/** What {@link diagnose} found. */
export interface Diagnosis {
  /** The URL without its query. */
  readonly url: string;
  /** The worst of the findings. */
  readonly level: FindingLevel;
  readonly findings: readonly Finding[];
  /** Whose server it is, where it says so and its configuration is known. See {@link hostConfiguration}. */
  readonly host: HostName | undefined;
  /** What is in the file, if it could be opened. */
  readonly file: FileFacts | undefined;
}

/** A question to the server. */
export interface Probe {
  readonly findings: Findings;
  /** Asks; `Origin` goes along where the platform lets it. Body and redirects as they come. */
  readonly ask: (method: "GET" | "HEAD", headers: Readonly<Record<string, string>>) => Promise<Response>;
  readonly signal: AbortSignal | undefined;
  /** Whether the platform hides what CORS hides: then what is not seen may still be there. */
  readonly isBrowser: boolean;
  readonly isCrossOrigin: boolean;
  readonly options: DiagnoseOptions;
}

/** Sent where no origin is given: what any page might be. */
const SOME_ORIGIN = "https://example.com";

/**
 * Asks a server what `open` would need of it: exact ranges, 416 behind the end, no encoding, CORS, validators, caching, redirects,
 * HTTP version; opens the file, and looks at its layout and checksums.
 *
 * I/O: about ten requests, 130 KiB, and what opening costs. It rejects only with the signal's reason and for options that cannot
 * be; everything else is a finding.
 * @throws {InvalidOptionError} The URL cannot be.
 */
export async function diagnose(url: string | URL, options: DiagnoseOptions = {}): Promise<Diagnosis> {
  const { fetch, headers, credentials, signal } = options;
  const { target, fetch: send } = httpSettings(url, { fetch, headers, credentials });
  const findings = new Findings();
  const { location, document } = globalThis as { location?: { origin: string }; document?: unknown };
  const isBrowser = document !== undefined || location !== undefined;
  const isCrossOrigin = !isBrowser || new URL(target.url).origin !== location?.origin;
  const ask: Probe["ask"] = async (method, more) => {
    const all = new Headers(headers);
    for (const [name, value] of Object.entries(more)) all.set(name, value);
    if (!isBrowser) all.set("Origin", options.origin ?? SOME_ORIGIN);
    const init: RequestInit = { method, headers: all, cache: "no-store" };
    if (signal !== undefined) init.signal = signal;
    if (credentials !== undefined) init.credentials = credentials;
    try {
      return await send(target.url, init);
    } catch (cause) {
      const what = more.Range === undefined ? method : `${method} with Range: ${more.Range}`;
      throw new Error(`${what} has no answer that can be used: ${messageOf(cause)}.`);
    }
  };
  const probe: Probe = { findings, ask, signal, isBrowser, isCrossOrigin, options };
  let host: HostName | undefined;
  let file: FileFacts | undefined;
  try {
    const first = await ask("GET", { Range: rangeHeader({ start: 0, end: DEFAULT_FIRST_BYTES }) });
    host = hostOf(first.headers);
    if (await checkServer(probe, first, target.url)) {
      const openFile = () =>
        open(target.url, undefined, { fetch, headers, credentials, signal, retry: false, timeoutMilliseconds: 30_000 });
      file = await checkFile(findings, openFile);
    }
  } catch (error) {
    signal?.throwIfAborted();
    findings.problem(
      "reachable",
      messageOf(error),
      "Check the URL and the network; in a browser, also whether CORS allows this origin.",
    );
  }
  return { url: target.name, level: findings.level, findings: findings.all, host, file };
}

/** All about one server; whether it is worth opening the file. */
async function checkServer(probe: Probe, first: Response, url: string): Promise<boolean> {
  const { findings } = probe;
  checkRedirect(probe, first, url);
  if (first.status !== 206 && first.status !== 200 && first.status !== 416) {
    await first.body?.cancel();
    findings.problem(
      "reachable",
      `The server answers ${`${first.status} ${first.statusText}`.trim()}.`,
      remedyOf(first.status),
    );
    return false;
  }
  findings.ok("reachable", `The server answers ${first.status} to the first range.`);
  await checkProtocol(probe, first, url);
  checkCors(probe, first);
  if (!isReadableRange(probe, first)) {
    await first.body?.cancel();
    return false;
  }
  const isExact = await checkRanges(probe, first);
  await checkEncoding(probe, first);
  checkValidators(probe, first);
  checkCaching(probe, first);
  return isExact;
}

async function checkProtocol({ findings, options }: Probe, { url: final }: Response, url: string): Promise<void> {
  const asked = final === "" ? url : final;
  const entries = globalThis.performance?.getEntriesByName?.(asked, "resource") ?? [];
  const timed = (entries.at(-1) as { nextHopProtocol?: string } | undefined)?.nextHopProtocol;
  const known = timed || (await options.protocolOf?.(new URL(asked)).catch(() => undefined));
  if (known === undefined || known === "") return;
  if (/^h[23]/.test(known)) return findings.ok("protocol", `HTTP version: ${known}.`);
  findings.warn(
    "protocol",
    `HTTP version: ${known}. Browsers keep six connections to such a server, so more reads at once wait for each other.`,
    "Switch HTTP/2 or HTTP/3 on.",
  );
}

function remedyOf(status: number): string {
  if (status === 401 || status === 403) return "Make the file readable, or pass the credentials with --header.";
  if (status === 404 || status === 410) return "Check the URL: there is no such file.";
  return status === 429 ? "The server wants fewer requests: try again later." : "Look into the server's log.";
}

/** What an error says, with the reason behind it. */
export function messageOf(error: unknown): string {
  if (isParcodeError(error)) return error.message;
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
