/**
 * Exact equality of values, told as the first place where two differ. Stricter than a matcher: −0 is not 0, a typed
 * array has the same class and the same bits, an object the same prototype and the same members in the same order.
 * Maps may be in another order, since a Rust HashMap has none.
 */

/** Where and how `actual` differs from `expected`; undefined where it does not. */
export function difference(actual: unknown, expected: unknown, path = "value"): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (typeof actual !== "object" || typeof expected !== "object" || actual === null || expected === null) {
    return `${path} is ${show(actual)} instead of ${show(expected)}`;
  }
  const prototype = Object.getPrototypeOf(expected);
  if (Object.getPrototypeOf(actual) !== prototype) return `${path} is ${show(actual)} instead of ${show(expected)}`;
  if (ArrayBuffer.isView(expected)) return bitDifference(actual as Uint8Array, expected as Uint8Array, path);
  if (Array.isArray(expected)) return itemDifference(actual as unknown[], expected, path);
  if (expected instanceof Set) return itemDifference([...(actual as Set<unknown>)], [...expected], path);
  if (expected instanceof Map) return mapDifference(actual as Map<unknown, unknown>, expected, path);
  return memberDifference(actual as Record<string, unknown>, expected as Record<string, unknown>, path);
}

function bitDifference(actual: Uint8Array, expected: Uint8Array, path: string): string | undefined {
  const bits = (array: Uint8Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const [a, b] = [bits(actual), bits(expected)];
  if (a.length !== b.length) return `${path} has ${a.length} bytes instead of ${b.length}`;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return `${path}: byte ${i} of the array is ${a[i]} instead of ${b[i]}`;
  }
  return undefined;
}

function itemDifference(actual: readonly unknown[], expected: readonly unknown[], path: string): string | undefined {
  if (actual.length !== expected.length) return `${path} has ${actual.length} items instead of ${expected.length}`;
  for (let i = 0; i < expected.length; i++) {
    const found = Object.is(actual[i], expected[i]) ? undefined : difference(actual[i], expected[i], `${path}[${i}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mapDifference(
  actual: Map<unknown, unknown>,
  expected: Map<unknown, unknown>,
  path: string,
): string | undefined {
  if (actual.size !== expected.size) return `${path} has ${actual.size} entries instead of ${expected.size}`;
  const wanted = new Map([...expected].map(([key, value]) => [canonical(key), value]));
  for (const [key, value] of actual) {
    const text = canonical(key);
    if (!wanted.has(text)) return `${path} has a key ${text}, which it should not have`;
    const found = difference(value, wanted.get(text), `${path}[${text}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function memberDifference(
  actual: Record<string, unknown>,
  expected: Record<string, unknown>,
  path: string,
): string | undefined {
  const [names, wanted] = [Object.keys(actual), Object.keys(expected)];
  if (names.join("\n") !== wanted.join("\n")) return `${path} has members ${names} instead of ${wanted}`;
  for (const name of wanted) {
    const found = difference(actual[name], expected[name], `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A text that two keys share exactly when they are equal. */
export function canonical(value: unknown): string {
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${[...(value as Uint8Array)].map(canonical)})`;
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  return `{${Object.entries(value).map(([name, member]) => `${name}:${canonical(member)}`)}}`;
}

function show(value: unknown): string {
  if (typeof value === "object" && value !== null) return `a ${value.constructor?.name ?? "bare object"}`;
  const text = canonical(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
