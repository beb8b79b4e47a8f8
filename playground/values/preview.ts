/** A value in one line of bounded length, whatever it is. Costs no more than what it shows. */

import { isHandle } from "./place.ts";

/** Characters that could change how a line looks or runs are shown as what they are. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

const NAMED: Readonly<Record<string, string>> = { "\n": "⏎", "\t": "⇥", "\r": "" };

/** Text for a line: without breaks and without what turns it around. */
export function lineText(text: string): string {
  return text.replace(INVISIBLE, (character) => NAMED[character] ?? "\ufffd");
}

/** `value` in at most `length` characters. */
export function previewText(value: unknown, length = 80): string {
  const pieces: string[] = [];
  let room = length;
  const put = (text: string): boolean => {
    pieces.push(text);
    room -= text.length;
    return room > 0;
  };
  write(value, put, 0);
  const text = pieces.join("");
  return text.length > length ? `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, "")}…` : text;
}

type Put = (text: string) => boolean;

function write(value: unknown, put: Put, depth: number): boolean {
  if (value === undefined) return put("nothing");
  if (typeof value === "string")
    return put(depth === 0 ? lineText(value.slice(0, 500)) : `"${lineText(value.slice(0, 200))}"`);
  if (typeof value === "bigint") return put(value.toString());
  if (typeof value === "number") return put(numberText(value));
  if (typeof value !== "object" || value === null) return put(String(value));
  if (isHandle(value)) return put("…");
  if (depth > 5) return put("…");
  if (value instanceof Map) {
    return writeAll(
      value,
      "{",
      "}",
      put,
      ([key, member]) => write(key, put, depth + 1) && put(" → ") && write(member, put, depth + 1),
    );
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Set) {
    return writeAll(value as Iterable<unknown>, "[", "]", put, (item) => write(item, put, depth + 1));
  }
  const member = (name: string): boolean =>
    put(`${lineText(name)}: `) && write((value as Record<string, unknown>)[name], put, depth + 1);
  return writeAll(namesOf(value), "{", "}", put, member);
}

/** Names of a value's or mirror's fields; a mirror has them on its class. */
export function* namesOf(value: object): Generator<string> {
  for (const name in value) yield name;
}

function writeAll<T>(items: Iterable<T>, open: string, close: string, put: Put, each: (item: T) => boolean): boolean {
  if (!put(open)) return false;
  let isFirst = true;
  for (const item of items) {
    if (!isFirst && !put(", ")) return false;
    isFirst = false;
    if (!each(item)) return false;
  }
  return put(close);
}

/** A number as it is. @param isSingle It is an f32: no more digits than tell it from others of these. */
export function numberText(value: number, isSingle = false): string {
  if (Object.is(value, -0)) return "-0";
  if (isSingle && !Number.isInteger(value) && Number.isFinite(value)) {
    for (let digits = 6; digits < 10; digits++) {
      const short = Number(value.toPrecision(digits));
      if (Math.fround(short) === value) return String(short);
    }
  }
  return String(value);
}
