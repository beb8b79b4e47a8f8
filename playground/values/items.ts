/** Items of a list, wherever they are: in the file, of which only what is asked for is read, or in memory. */

import type { VecHandle } from "parcode-web";
import type { Session } from "../file/session.ts";
import { isHandle, type Place } from "./place.ts";
import { content, isShort, type SchemaNode } from "./schema-view.ts";
import { storedBytes } from "./stored-bytes.ts";

/** A list. */
export interface Items {
  readonly count: number;
  /** Items `start` (inclusive) to `end` (exclusive); structs of the file as mirrors. */
  read(start: number, end: number, signal: AbortSignal): Promise<readonly unknown[]>;
}

/** What a row shows of an item. */
export interface Column {
  /** Undefined: the item itself. */
  readonly field: string | undefined;
  readonly title: string;
  readonly schema: SchemaNode;
}

/** What one read brings. */
const SHORT_BYTES = 64 * 1024;

/** The list behind a value. I/O: its container, where that is not here. */
export async function itemsOf(session: Session, { view }: Place, signal: AbortSignal): Promise<Items> {
  if (!isHandle(view)) {
    const list = Array.isArray(view) ? view : [...(view as Iterable<unknown>)];
    return { count: list.length, read: async (start, end) => list.slice(start, end) };
  }
  const handle = view as unknown as VecHandle<unknown>;
  // Of a short list, one read brings both. That an item cannot be read is told when it is shown.
  const isShortList = storedBytes(session, view) <= SHORT_BYTES;
  const first = isShortList ? handle.atLazy(0, { signal }).catch(() => undefined) : undefined;
  const count = await handle.count({ signal });
  await first;
  return {
    count,
    // One by one in one turn: they are read together, and the chunks of the items are not.
    read: (start, end, own) =>
      Promise.all(Array.from({ length: end - start }, (_, i) => handle.atLazy(start + i, { signal: own }))),
  };
}

/** Columns that fit beside each other. */
const MAX_COLUMNS = 6;

/** What is shown of items of this schema: a struct's short fields, or the item itself. */
export function columnsOf(schema: SchemaNode): readonly Column[] {
  const item = content(schema);
  if (item.kind === "struct") {
    const short = Object.entries(item.fields).filter(([, field]) => isShort(field));
    if (short.length > 0) {
      return short.slice(0, MAX_COLUMNS).map(([name, field]) => ({ field: name, title: name, schema: field }));
    }
  }
  return [{ field: undefined, title: "value", schema: item }];
}

/** What a column shows of an item. */
export function cellOf({ field }: Column, item: unknown): unknown {
  if (field === undefined || typeof item !== "object" || item === null) return item;
  return (item as Record<string, unknown>)[field];
}
