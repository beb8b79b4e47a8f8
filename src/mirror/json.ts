/** Step 9: what `JSON.stringify` shows of values that JSON has no words for. In: plain values. Out: values that it takes. */

/**
 * Bigints, NaN and the infinities as text; sets, typed arrays and bytes as arrays; maps as objects where all keys are
 * text, else as arrays of entries. Mirrors and handles stay: they have a toJSON of their own.
 */
export function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return String(value);
  if (typeof value !== "object" || value === null || hasToJson(value)) return value;
  if (value instanceof Map) return jsonMap(value);
  if (value instanceof Set || Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value as Iterable<unknown>, jsonValue);
  }
  return jsonObject(Object.entries(value));
}

function jsonMap(map: ReadonlyMap<unknown, unknown>): unknown {
  const entries = [...map];
  const byName = entries.every(([key]) => typeof key === "string");
  return byName ? jsonObject(entries as [string, unknown][]) : entries.map((entry) => entry.map(jsonValue));
}

function jsonObject(entries: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(entries.map(([name, member]) => [name, jsonValue(member)]));
}

/** No plain value has a function in it. */
function hasToJson(value: object): boolean {
  return "toJSON" in value && typeof value.toJSON === "function";
}
