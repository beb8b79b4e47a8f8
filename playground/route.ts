/** The address of the page ⇄ what it shows, so that links, back and forward lead where they should. */

import { signal } from "@preact/signals";
import type { Target } from "./target.ts";

export type Tab = "open" | "make";

/** What the page shows. */
export interface Route {
  readonly tab: Tab;
  /** The open file, if any. */
  readonly target: Target | undefined;
  /** The value that is shown, as `players["Hero"].level`; empty for the root. */
  readonly path: string;
  /** What is searched for in the map that is shown. */
  readonly find: string;
  /** Which part of an open file's page: "values", "chunks" or "compare". */
  readonly view: string;
  /** The chunk that is shown, by its offset. */
  readonly chunk?: number | undefined;
}

/** The first screen. */
export const START: Route = { tab: "open", target: undefined, path: "", find: "", view: "values" };

/** Files of this machine, which cannot stand in an address: by number, for back and forward. */
const files = new Map<number, Extract<Target, { kind: "file" }>>();

export const route = signal<Route>(START);

function targetOf(query: URLSearchParams, state: unknown): Target | undefined {
  const url = query.get("url");
  if (url) return { kind: "url", url };
  const path = query.get("opfs");
  if (path) return { kind: "opfs", path };
  const name = query.get("indexeddb");
  const database = query.get("database");
  if (name) return { kind: "indexeddb", name, ...(database ? { database } : {}) };
  const example = query.get("example");
  if (example) return { kind: "example", name: example };
  const number = (state as { file?: unknown } | null)?.file;
  return typeof number === "number" ? files.get(number) : undefined;
}

function queryOf({ tab, target, path, find, view, chunk }: Route): URLSearchParams {
  const query = new URLSearchParams();
  if (tab !== "open") query.set("tab", tab);
  if (tab !== "open" || target === undefined) return query;
  if (target.kind === "url") query.set("url", target.url);
  if (target.kind === "opfs") query.set("opfs", target.path);
  if (target.kind === "indexeddb") query.set("indexeddb", target.name);
  if (target.kind === "indexeddb" && target.database !== undefined) query.set("database", target.database);
  if (target.kind === "example") query.set("example", target.name);
  if (path !== "") query.set("path", path);
  if (find !== "") query.set("find", find);
  if (view !== "values") query.set("view", view);
  if (view === "chunks" && chunk !== undefined) query.set("chunk", String(chunk));
  return query;
}

function stateOf({ target }: Route): unknown {
  if (target?.kind !== "file") return null;
  for (const [number, known] of files) if (known.file === target.file) return { file: number };
  files.set(files.size, target);
  return { file: files.size - 1 };
}

function fromAddress(): void {
  const query = new URLSearchParams(location.search);
  const tab: Tab = query.get("tab") === "make" ? "make" : "open";
  const target = targetOf(query, history.state);
  const known = route.value.target;
  const same = target !== undefined && known !== undefined && sameTarget(target, known);
  route.value = {
    tab,
    target: same ? known : target,
    path: query.get("path") ?? "",
    find: query.get("find") ?? "",
    view: query.get("view") ?? "values",
    chunk: query.has("chunk") ? Number(query.get("chunk")) : undefined,
  };
}

/** Whether both are one file. */
export function sameTarget(a: Target, b: Target): boolean {
  if (a.kind === "file" || b.kind === "file") return a.kind === "file" && b.kind === "file" && a.file === b.file;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The address that leads to `next`, from what is shown now. */
export function addressOf(next: Partial<Route>): string {
  const text = queryOf({ ...route.value, ...next }).toString();
  return text === "" ? location.pathname : `?${text}`;
}

/** Shows something else. `replace` leaves no step for going back. */
export function navigate(next: Partial<Route>, options: { replace?: boolean } = {}): void {
  const whole = { ...route.value, ...next };
  const address = addressOf(next);
  if (options.replace === true) history.replaceState(stateOf(whole), "", address);
  else history.pushState(stateOf(whole), "", address);
  route.value = whole;
}

/** Opens a file, from its root on. */
export function openTarget(target: Target): void {
  navigate({ ...START, target });
}

/** Reads the address, now and when the person goes back or forward. */
export function startRoute(): void {
  addEventListener("popstate", fromAddress);
  fromAddress();
}
