/** The files of test/fixtures, read from disk in Node and from the test runner's server in a browser. */
import type { Descriptor, TypeTable } from "./descriptor.ts";
import type { FixtureName } from "./fixture-names.ts";

/** What NAME.json says about NAME.par. */
export interface Fixture {
  readonly name: string;
  readonly bytes: number;
  readonly rootType: string;
  readonly root: Descriptor;
  readonly types: TypeTable;
  readonly upstream: {
    /** "ok", "MISMATCH", or why the crate cannot load the file it wrote. */
    readonly eagerLoad: string;
    readonly eagerLoaded?: unknown;
  };
  /** The contents, in the notation of descriptor-values.ts. */
  readonly value: unknown;
}

/** One line of par4-edges.json. */
export interface Edge {
  readonly what: string;
  readonly rootType: string;
  readonly root: Descriptor;
  readonly hex: string;
  readonly upstream: { readonly value?: unknown; readonly error?: string; readonly abortsProcess?: string };
}

// In a variable, since `new URL(…, import.meta.url)` as a literal is rewritten by the server for assets of a build.
const here = import.meta.url;

async function readFixtureFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(`../fixtures/${path}`, here);
  if (url.protocol === "file:") {
    const { readFile } = await import(/* @vite-ignore */ `node:fs/${"promises"}`);
    return new Uint8Array(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname} was answered with status ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readFixtureFile(path));
}

const fixtures = new Map<string, Promise<Fixture>>();
const files = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

/** The description of a file of the crate, and its contents. */
export function fixture(name: FixtureName): Promise<Fixture> {
  let found = fixtures.get(name);
  if (found === undefined) {
    found = readText(`par4/${name}.json`).then((text) => JSON.parse(text) as Fixture);
    fixtures.set(name, found);
  }
  return found;
}

/** The bytes of a file of the crate. Shared by all tests of a file: not to be changed. */
export function fixtureBytes(name: FixtureName): Promise<Uint8Array<ArrayBuffer>> {
  let found = files.get(name);
  if (found === undefined) {
    found = readFixtureFile(`par4/${name}.par`);
    files.set(name, found);
  }
  return found;
}

/** What the crate's own inspector prints for a file. */
export function fixtureInspectText(name: FixtureName): Promise<string> {
  return readText(`par4/${name}.inspect.txt`);
}

/** The small files made by hand. */
export async function fixtureEdges(): Promise<Edge[]> {
  return JSON.parse(await readText("par4-edges.json")) as Edge[];
}

/** Bytes from their hexadecimal notation. */
export function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** The hexadecimal notation of bytes. */
export function hexOfBytes(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}
