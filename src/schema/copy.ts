/** Step 1: copies of plain values. */

/** A copy of a plain value, which shares nothing that could be changed. */
export function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  if (ArrayBuffer.isView(value)) return (value as Uint8Array).slice();
  if (value instanceof Set) return new Set([...value].map(copyOf));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [copyOf(key), copyOf(item)]));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}
