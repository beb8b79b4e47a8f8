/** Whether objects are records, whose names are fields, or dictionaries, whose names are data. In: their shape. Out: yes or no. */

import type { Kind, ObjectShape, Shape } from "./shape.ts";

/** One object with so many members of one kind is a dictionary … */
const MANY_MEMBERS = 33;
/** … or with so many that are records with the same fields. */
const MANY_RECORDS = 8;
/** Several objects are dictionaries if each has at most a third of so many names. */
const MANY_NAMES = 9;

/** Names that a struct cannot have, since JavaScript would reorder them or take them for something else. */
export function isFieldName(name: string): boolean {
  return !/^(0|[1-9]\d*)$/.test(name) && name !== "__proto__" && !/\p{Surrogate}/u.test(name);
}

/** Names that nobody gives to a field: numbers, dates, identifiers, addresses. */
function looksLikeKey(name: string): boolean {
  return /^[-+\d]|[\s@/:]|^[0-9a-f]{8,}$|^$/i.test(name);
}

/** Whether `count` objects of this shape are dictionaries. */
export function isDictionary(objects: ObjectShape, count: number): boolean {
  const { fields } = objects;
  if (fields === undefined || fields.size === 0) return true;
  const names = [...fields.keys()];
  if (!names.every(isFieldName)) return true;
  const values = [...fields.values()];
  if (!areAlike(values)) return false;
  if (names.every(looksLikeKey)) return true;
  if (count === 1) return fields.size >= (areSameRecords(values) ? MANY_RECORDS : MANY_MEMBERS);
  return fields.size >= MANY_NAMES && (objects.members / count) * 3 <= fields.size;
}

function areAlike(values: readonly Shape[]): boolean {
  const kinds = new Set<Kind>(values.flatMap((value) => value.kinds));
  return kinds.size === 1;
}

function areSameRecords(values: readonly Shape[]): boolean {
  const texts = values.map(({ objects }) => [...(objects?.fields?.keys() ?? [])].sort().join("\n"));
  return texts[0] !== "" && texts.every((text) => text === texts[0]);
}
