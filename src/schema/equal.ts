/** When two values of one schema are the same by content, as the bytes of the file would say. For keys that have no hash. */

/** Whether `value`, which a decoder gave, equals `wanted`, which fits the schema. NaN equals NaN, and −0 equals 0, as in a Map. */
export function sameContent(value: unknown, wanted: unknown): boolean {
  if (value === wanted || (Number.isNaN(value) && Number.isNaN(wanted))) return true;
  if (typeof value !== "object" || typeof wanted !== "object" || value === null || wanted === null) return false;
  if (value instanceof Set) return sameLists([...value], [...(wanted as ReadonlySet<unknown>)]);
  if (value instanceof Map) return sameLists([...value], [...(wanted as ReadonlyMap<unknown, unknown>)]);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return sameLists(value as ArrayLike<unknown>, wanted as ArrayLike<unknown>);
  }
  const members = wanted as Readonly<Record<string, unknown>>;
  return Object.entries(value).every(([name, member]) => sameContent(member, members[name]));
}

function sameLists(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!sameContent(a[i], b[i])) return false;
  return true;
}
