/**
 * Parts of a key one behind the other. In: components. Out: a writer and a reader of all of them: generated code where there can be any,
 * in which each call has a place of its own, which engines inline; else loops that do the same.
 */

import { canGenerate, literal } from "../schema/generate.ts";
import { type Component, roomOf } from "./component.ts";
import type { KeyWriter } from "./writer.ts";

/** Longer rows gain little, and compile for long. */
const MAX_PARTS = 16;

/** A row is an array of its parts, or an object with a member for each. The value is known to be one. */
export interface Rows {
  readonly room: Component["room"];
  /** Writes all parts; gives an error to `fail` with the number of the part. */
  readonly write: (writer: KeyWriter, value: object, fail: (part: number, error: unknown) => unknown) => void;
  readonly read: Component["read"];
}

/** Rows of `parts`. `names`: of the members; undefined for an array. */
export function rowsOf(parts: readonly Component[], names: readonly string[] | undefined): Rows {
  const fixed = parts.reduce((total, { room }) => total + Number(room), 0);
  const room = Number.isNaN(fixed) ? undefined : fixed;
  const rows = parts.length <= MAX_PARTS && canGenerate() ? generated(parts, names) : looped(parts, names);
  return room === undefined ? rows : { ...rows, room };
}

function looped(parts: readonly Component[], names: readonly string[] | undefined): Rows {
  const keys = names ?? parts.map((_, i) => i);
  type Row = Readonly<Record<string | number, never>>;
  return {
    room: (value: Row) => parts.reduce((total, part, i) => total + roomOf(part, value[keys[i] as string]), 0),
    write: (writer, value, fail) => {
      let i = 0;
      try {
        for (; i < parts.length; i++) (parts[i] as Component).write(writer, (value as Row)[keys[i] as string] as never);
      } catch (error) {
        throw fail(i, error);
      }
    },
    read: (reader) => {
      const values = parts.map((part) => part.read(reader));
      return names === undefined ? values : Object.fromEntries(values.map((value, i) => [names[i], value]));
    },
  };
}

function generated(parts: readonly Component[], names: readonly string[] | undefined): Rows {
  const keys = parts.map((_, i) => (names === undefined ? `${i}` : literal(names[i] as string)));
  const all = (text: (key: string, i: number) => string, between = ";"): string => keys.map(text).join(between);
  const members = all((key, i) => `${names === undefined ? "" : `[${key}]:`}r${i}(r)`, ",");
  const rooms = all((key, i) => (typeof parts[i]?.room === "number" ? `${parts[i].room}` : `n${i}(v[${key}])`), "+");
  const text = `"use strict";${all((_, i) => `const{write:w${i},read:r${i},room:n${i}}=p[${i}]`)};return{
room(v){return ${rooms}},
write(w,v,fail){let i=0;try{${all((key, i) => `i=${i};w${i}(w,v[${key}])`)}}catch(e){throw fail(i,e)}},
read(r){return ${names === undefined ? `[${members}]` : `({${members}})`}}}`;
  return new Function("p", text)(parts) as Rows;
}
