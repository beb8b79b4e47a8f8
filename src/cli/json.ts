/**
 * The command line: values as JSON. In: a value, or a mirror or handle that stands for one. Out: the text in pieces;
 * lists and maps that are still in the file are read as their text is taken, a few shards at a time.
 */

import { ValueHandle } from "../mirror/handle.ts";
import { isStructMirror } from "../mirror/load-mirror.ts";
import { mirrorEntries } from "../mirror/struct.ts";
import type { LoadOptions, MapHandle, VecHandle } from "../schema/handles.ts";

/** How the text is laid out: `indent` spaces for each level; 0 is one line. */
export interface JsonLayout {
  readonly indent: number;
}

/** The text of what `view` stands for. */
export async function* jsonPieces(
  view: unknown,
  layout: JsonLayout,
  options: LoadOptions,
  level = 0,
): AsyncGenerator<string> {
  const value = withoutHandles(view);
  if (value instanceof ValueHandle) yield* handlePieces(value, layout, options, level);
  else if (isStructMirror(value)) yield* members(mirrorEntries(value), "{}", layout, options, level);
  else yield jsonText(value, layout, level);
}

async function* handlePieces(
  handle: ValueHandle,
  layout: JsonLayout,
  options: LoadOptions,
  level: number,
): AsyncGenerator<string> {
  const { chunk } = handle.toJSON();
  if (chunk === "vec") {
    yield* members((handle as unknown as VecHandle<unknown>).lazy(options), "[]", layout, options, level);
  } else if (chunk === "hashMap" || chunk === "sortedMap") {
    yield* mapPieces(handle as unknown as MapHandle<unknown, unknown>, layout, options, level);
  } else {
    yield jsonText(await handle.load(options), layout, level);
  }
}

function isPlain(value: unknown): boolean {
  return !(value instanceof ValueHandle) && !isStructMirror(value);
}

/** A mirror that has nothing left to read, as a plain object, whose text needs no promises. */
function withoutHandles(view: unknown): unknown {
  if (!isStructMirror(view)) return view;
  const entries = mirrorEntries(view);
  return entries.every(([, value]) => isPlain(value)) ? Object.fromEntries(entries) : view;
}

/** Each item's text behind its comma; in an object, items are name and value. */
async function* members(
  items: Iterable<unknown> | AsyncIterable<unknown>,
  brackets: "{}" | "[]",
  layout: JsonLayout,
  options: LoadOptions,
  level: number,
): AsyncGenerator<string> {
  const inner = newline(layout, level + 1);
  let empty = true;
  yield brackets[0] as string;
  for await (const item of items) {
    yield (empty ? "" : ",") + inner;
    empty = false;
    const [name, member] = brackets === "{}" ? (item as readonly [string, unknown]) : [undefined, item];
    const value = withoutHandles(member);
    // A plain value is one piece: a promise for each part of it would cost more than its text.
    if (isPlain(value)) yield nameText(name, layout) + jsonText(value, layout, level + 1);
    else {
      yield nameText(name, layout);
      yield* jsonPieces(value, layout, options, level + 1);
    }
  }
  yield (empty ? "" : newline(layout, level)) + (brackets[1] as string);
}

async function* mapPieces(
  handle: MapHandle<unknown, unknown>,
  layout: JsonLayout,
  options: LoadOptions,
  level: number,
): AsyncGenerator<string> {
  const entries = handle.lazy(options)[Symbol.asyncIterator]();
  const first = await entries.next();
  const byName = first.done === true || typeof first.value[0] === "string";
  const rest = { [Symbol.asyncIterator]: () => entries };
  const all = (async function* (): AsyncGenerator<readonly [unknown, unknown]> {
    if (first.done === true) return;
    yield first.value;
    yield* rest;
  })();
  if (byName) return yield* members(all, "{}", layout, options, level);
  const inner = newline(layout, level + 1);
  yield "[";
  let separator = "";
  for await (const [key, value] of all) {
    yield `${separator}${inner}[${jsonText(key, { indent: 0 }, 0)},${layout.indent > 0 ? " " : ""}`;
    yield* jsonPieces(value, layout, options, level + 1);
    yield "]";
    separator = ",";
  }
  yield `${newline(layout, level)}]`;
}

/** The text of a plain value. */
export function jsonText(value: unknown, layout: JsonLayout, level = 0): string {
  const start = layout.indent * level;
  if (layout.indent > 0 && isContainer(value)) {
    const line = lineText(value, LINE_CHARACTERS - start);
    if (line !== undefined) return line;
  }
  return fullText(value, layout, level);
}

/** What fits is shown on one line: a list of numbers would fill the screen otherwise. */
const LINE_CHARACTERS = 100;

type Brackets = "{}" | "[]";

/** A value that has others in it: names and values in `{}`, values in `[]`. */
interface Container {
  readonly brackets: Brackets;
  readonly items: Iterable<unknown>;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}

function containerOf(value: object): Container {
  if (value instanceof Map) {
    const byName = [...value.keys()].every((key) => typeof key === "string");
    return { brackets: byName ? "{}" : "[]", items: value };
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Set) {
    return { brackets: "[]", items: value as Iterable<unknown> };
  }
  return { brackets: "{}", items: Object.entries(value) };
}

function fullText(value: unknown, layout: JsonLayout, level: number): string {
  if (!isContainer(value)) return scalarText(value, layout);
  const { brackets, items } = containerOf(value);
  const inner = newline(layout, level + 1);
  const texts: string[] = [];
  for (const item of items) {
    const [name, member] = brackets === "{}" ? (item as readonly [string, unknown]) : [undefined, item];
    texts.push(inner + nameText(name, layout) + jsonText(member, layout, level + 1));
  }
  if (texts.length === 0) return brackets;
  return brackets[0] + texts.join(",") + newline(layout, level) + brackets[1];
}

/** The text on one line of at most `room` characters; undefined if it is longer, found out after that many. */
function lineText(value: unknown, room: number): string | undefined {
  if (!isContainer(value)) {
    const text = scalarText(value, SPACED);
    return text.length <= room ? text : undefined;
  }
  const { brackets, items } = containerOf(value);
  let line: string = brackets[0] as string;
  for (const item of items) {
    const [name, member] = brackets === "{}" ? (item as readonly [string, unknown]) : [undefined, item];
    line += (line.length > 1 ? ", " : "") + nameText(name, SPACED);
    const text = lineText(member, room - line.length - 1);
    if (text === undefined) return undefined;
    line += text;
  }
  line += brackets[1];
  return line.length <= room ? line : undefined;
}

const SPACED: JsonLayout = { indent: 1 };

function scalarText(value: unknown, layout: JsonLayout): string {
  if (typeof value === "bigint") return `"${value}"`;
  // JSON has no such numbers, and null would be something else.
  if (typeof value === "number" && !Number.isFinite(value)) return `"${value}"`;
  if (!(value instanceof Uint8Array)) return JSON.stringify(value) ?? "null";
  return `{${nameText("$bytes", layout)}"${Buffer.from(value.buffer, value.byteOffset, value.length).toString("base64")}"}`;
}

function nameText(name: string | undefined, layout: JsonLayout): string {
  if (name === undefined) return "";
  return JSON.stringify(name) + (layout.indent > 0 ? ": " : ":");
}

function newline(layout: JsonLayout, level: number): string {
  return layout.indent > 0 ? `\n${" ".repeat(layout.indent * level)}` : "";
}
