/** Lists of records: which there are, which of their columns can be a key, and maps made of them. */

import { hashMap, type Schema, sortedMap } from "parcode-web";
import { isDictionary } from "./dictionary.ts";
import type { Part } from "./infer.ts";
import { excerpt, InputError } from "./input-error.ts";
import { joinPositions, type Shape } from "./shape.ts";

/** What a list of rows becomes instead of a list. */
export interface Arrangement {
  readonly kind: "hashMap" | "sortedMap";
  /** The field of the root that is the list; undefined: the root. */
  readonly field: string | undefined;
  /** The column whose value is a row's key. */
  readonly key: string;
}

/** A column that every row has. */
export interface KeyColumn {
  readonly name: string;
  /** Whether a hash map can have it as its key: floats have no hash. */
  readonly hashes: boolean;
}

/** The rows of the data. */
export interface Rows {
  readonly field: string | undefined;
  readonly count: number;
  readonly keys: readonly KeyColumn[];
}

/** The list of records that the data is, or the longest one among its fields. */
export function rowsOf(shape: Shape): Rows | undefined {
  const root = rowsAt(shape, undefined);
  if (root !== undefined || shape.objects === undefined || isDictionary(shape.objects, shape.count)) return root;
  let longest: Rows | undefined;
  for (const [name, field] of shape.objects.fields ?? []) {
    const rows = rowsAt(field, name);
    if (rows !== undefined && rows.count > (longest?.count ?? 0)) longest = rows;
  }
  return longest;
}

function rowsAt(shape: Shape, field: string | undefined): Rows | undefined {
  if (shape.lists === undefined || shape.kinds.length > 1 || shape.nulls > 0 || shape.counts.list !== 1)
    return undefined;
  // A few rows are still told apart by their positions.
  joinPositions(shape.lists);
  const { item } = shape.lists;
  const { objects, nulls, kinds } = item;
  if (objects?.fields === undefined || nulls > 0 || kinds.length > 1) return undefined;
  if (isDictionary(objects, item.counts.object)) return undefined;
  const keys: KeyColumn[] = [];
  for (const [name, column] of objects.fields) {
    if (column.count < item.count || column.nulls > 0 || column.kinds.length > 1) continue;
    const isNumber = column.numbers !== undefined;
    if (isNumber || column.counts.text > 0) keys.push({ name, hashes: !isNumber || column.numbers?.whole === true });
  }
  return keys.length === 0 ? undefined : { field, count: item.count, keys };
}

/** A map of rows by their key. `convert` throws an {@link InputError} where two rows have one key. */
export function keyedMap({ kind, key: name }: Arrangement, { rows, key }: { rows: Part; key: Part }): Part {
  const build: (key: Schema, value: Schema) => Schema = kind === "hashMap" ? hashMap : sortedMap;
  return {
    schema: build(key.schema, rows.schema),
    convert: (value) => {
      const list = value as readonly Readonly<Record<string, unknown>>[];
      const entries = new Map<unknown, unknown>();
      for (const [i, row] of list.entries()) {
        const before = entries.size;
        entries.set(row[name], rows.convert === undefined ? row : rows.convert(row));
        if (entries.size === before) throw duplicate(list, name, i);
      }
      return entries;
    },
  };
}

function duplicate(list: readonly Readonly<Record<string, unknown>>[], name: string, second: number): InputError {
  const key = list[second]?.[name];
  const first = list.findIndex((row) => row[name] === key);
  return new InputError(`Two rows have the key ${excerpt(key)} in the column ${JSON.stringify(name)}.`, {
    where: `items ${first + 1} and ${second + 1}`,
    advice: "Choose a column in which every row has a value of its own, or keep the rows as a list.",
  });
}
