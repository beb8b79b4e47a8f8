/**
 * The range server from a test's side, in Node and in browsers: put a file there, get a URL for it, ask what was requested.
 */
import { inject } from "vitest";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the range server listens, without a slash at the end. */
    rangeServer: string;
    /** Where nginx listens; empty if there is none. */
    nginx: string;
  }
}

/** One request as the server saw it. */
export interface RequestRecord {
  readonly method: string;
  readonly range: string | null;
  readonly acceptEncoding: string | null;
  readonly cacheControl: string | null;
  /** 0 until an answer was sent. */
  readonly status: number;
  /** Bytes of the body handed to the connection. */
  readonly bytes: number;
  /** The client went away before the answer was complete. */
  readonly closedEarly: boolean;
  /** How many other requests for the file were under way when it came. */
  readonly alongside: number;
}

export interface UrlOptions {
  /** How many requests to this URL are answered well before the mode applies. */
  readonly after?: number;
  /** Behind how many requests the mode ends. */
  readonly until?: number;
  /** Milliseconds before each answer. */
  readonly delay?: number;
  /** Answer with a redirect first. */
  readonly redirect?: boolean;
  /** With `redirect`: how many requests the place that it leads to answers before it says 403, as a signed URL does. */
  readonly uses?: number;
  /** With `redirect`: a host that it leads to, which makes it another origin. */
  readonly host?: string;
}

let counter = 0;

/** A name that no other test uses. */
export function uniqueName(base = "file"): string {
  counter += 1;
  return `${base}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}-${counter}`;
}

/** Puts `bytes` on the server and returns their name there. */
export async function putFile(bytes: Uint8Array, name: string = uniqueName()): Promise<string> {
  const response = await fetch(`${inject("rangeServer")}/files/${name}`, {
    method: "PUT",
    body: new Blob([new Uint8Array(bytes)]),
  });
  if (!response.ok) throw new Error(`The range server answered ${response.status} to PUT.`);
  await clearStats(name);
  return name;
}

/** Puts `bytes` into the folder that nginx serves, and returns their URL. */
export async function putToNginx(bytes: Uint8Array, name = `${uniqueName()}.par`): Promise<string> {
  const body = new Blob([new Uint8Array(bytes)]);
  const response = await fetch(`${inject("rangeServer")}/nginx/${name}`, { method: "PUT", body });
  if (!response.ok) throw new Error(`The range server answered ${response.status} to PUT.`);
  return `${inject("nginx")}/${name}`;
}

/** A URL of the file, with its own count of requests; `mode` is a list of the server's modes. */
export function urlOf(name: string, mode = "", options: UrlOptions = {}): string {
  const { redirect = false, ...parameters } = options;
  const url = new URL(`${inject("rangeServer")}/${redirect ? "redirect" : "files"}/${name}`);
  if (mode !== "" || Object.keys(parameters).length > 0) {
    url.searchParams.set("mode", mode);
    url.searchParams.set("id", uniqueName("url"));
  }
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, String(value));
  return url.href;
}

/** What was requested of the file so far, preflights included. */
export async function stats(name: string): Promise<RequestRecord[]> {
  const response = await fetch(`${inject("rangeServer")}/stats/${name}`);
  return (await response.json()) as RequestRecord[];
}

export async function clearStats(name: string): Promise<void> {
  await fetch(`${inject("rangeServer")}/stats/${name}`, { method: "DELETE" });
}

/** Waits until what was requested fits, for what the server sees a little later than the client. */
export async function statsUntil(
  name: string,
  fits: (records: readonly RequestRecord[]) => boolean,
): Promise<RequestRecord[]> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const records = await stats(name);
    if (fits(records)) return records;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`The range server never saw what was expected: ${JSON.stringify(await stats(name))}`);
}
