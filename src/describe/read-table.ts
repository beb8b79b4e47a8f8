/**
 * Bytes → table; docs/FORMAT.md says how they look. Twin of bytes.ts. What is read may be hostile: the table that comes out
 * is not checked for sense, but refers to nothing outside of itself.
 */

import { ByteReader } from "../bytes/reader.ts";
import { type CorruptChunkError, LimitExceededError, UnsupportedVersionError } from "../errors.ts";
import type { ElementKind } from "../schema/types.ts";
import { DESCRIPTION_VERSION } from "./bytes.ts";
import {
  DESCENDING,
  KIND_NUMBERS,
  type Kind,
  MAX_DESCRIPTION_BYTES,
  MAX_DESCRIPTION_NODES,
  type Table,
  type TableNode,
} from "./table.ts";

/** A node is at least its kind and its size. */
const MIN_NODE_BYTES = 2;

/** A table from a file, and where each node stands in the bytes. */
export interface ReadTable {
  readonly table: Table;
  readonly offsets: readonly number[];
}

/** @throws {CorruptChunkError} @throws {LimitExceededError} @throws {UnsupportedVersionError} */
export function readTable(bytes: Uint8Array): ReadTable {
  if (bytes.length > MAX_DESCRIPTION_BYTES) {
    throw limit("MAX_DESCRIPTION_BYTES", `at most ${MAX_DESCRIPTION_BYTES} bytes`, `${bytes.length}`, 0);
  }
  const reader = new ByteReader(bytes);
  const version = reader.u32();
  if (version !== DESCRIPTION_VERSION) {
    const expected = `version ${DESCRIPTION_VERSION}`;
    throw new UnsupportedVersionError(
      `The schema description has version ${version}, and this library reads ${expected}: give the schema yourself.`,
      { version, expected, actual: `version ${version}`, byteOffset: 0 },
    );
  }
  const at = reader.position;
  const count = reader.length(MIN_NODE_BYTES);
  if (count === 0) throw corrupt(at, "at least one node", "none");
  if (count > MAX_DESCRIPTION_NODES) {
    throw limit("MAX_DESCRIPTION_NODES", `at most ${MAX_DESCRIPTION_NODES} nodes`, `${count}`, at);
  }
  const table: TableNode[] = [];
  const offsets: number[] = [];
  while (table.length < count) {
    offsets.push(reader.position);
    table.push(readNode(reader, count));
  }
  return { table, offsets };
}

function readNode(reader: ByteReader, count: number): TableNode {
  const at = reader.position;
  const number = reader.u32();
  const isDescending = kindOfNumber(number) === undefined;
  const kind = kindOfNumber(isDescending ? number - DESCENDING : number);
  if (kind === undefined) throw corrupt(at, "the number of a kind of schema", String(number));
  const size = reader.length(1);
  const end = reader.position + size;
  // Bytes behind what is known are what later versions add, and nothing that a reader has to know.
  const node = readBody(new ByteReader(reader.bytes, reader.position, end), kind, count);
  reader.position = end;
  return isDescending ? { ...node, isDescending } : node;
}

function readBody(body: ByteReader, kind: TableNode["kind"], count: number): TableNode {
  switch (kind) {
    case "typed":
      return { kind, parts: [], element: readElement(body) };
    case "vec":
    case "set":
    case "option":
    case "chunk":
    case "recursive":
      return { kind, parts: [readPart(body, count)] };
    case "array":
      return { kind, parts: [readPart(body, count)], length: body.u32() };
    case "map":
    case "hashMap":
    case "sortedMap":
      return { kind, parts: [readPart(body, count), readPart(body, count)] };
    case "tuple":
      return { kind, parts: Array.from({ length: body.length(1) }, () => readPart(body, count)) };
    case "struct":
    case "variant":
      return { kind, ...readNamed(body, count) };
    default:
      return { kind, parts: [] };
  }
}

function readPart(body: ByteReader, count: number): number {
  const at = body.position;
  const index = body.u32();
  if (index >= count) throw corrupt(at, `the index of a node, below ${count}`, String(index));
  return index;
}

function readElement(body: ByteReader): ElementKind {
  const at = body.position;
  const number = body.u32();
  const kind = kindOfNumber(number);
  // Which kinds of number there can be in a typed array is what typed() checks.
  if (kind === undefined) throw corrupt(at, "the number of a kind of schema", String(number));
  return kind as ElementKind;
}

function readNamed(body: ByteReader, count: number): { names: string[]; parts: number[] } {
  const names = new Set<string>();
  const parts: number[] = [];
  for (let left = body.length(2); left > 0; left--) {
    const at = body.position;
    const name = body.str();
    if (names.has(name)) throw corrupt(at, "names that differ", `${JSON.stringify(name)} twice`);
    names.add(name);
    parts.push(readPart(body, count));
  }
  return { names: [...names], parts };
}

/** The error for bytes at `at` of a description. */
export function corrupt(at: number, expected: string, actual: string, cause?: unknown): CorruptChunkError {
  return new ByteReader(NO_BYTES).fail(at, expected, actual, cause);
}

const NO_BYTES = new Uint8Array(0);

/** The error for a description that exceeds the limit `name`. */
export function limit(name: string, expected: string, actual: string, byteOffset: number): LimitExceededError {
  return new LimitExceededError(`Expected a schema description with ${expected}, found ${actual} (${name}).`, {
    limit: name,
    expected,
    actual,
    byteOffset,
  });
}

const KINDS_BY_NUMBER: ReadonlyMap<number, Kind> = new Map(
  Object.entries(KIND_NUMBERS).map(([kind, number]) => [number, kind as Kind]),
);

/** The kind of a number, or undefined if there is none. */
function kindOfNumber(number: number): Kind | undefined {
  return KINDS_BY_NUMBER.get(number);
}
