/**
 * Step 3: some of a value's parts, which stand for all. In: entries or items. Out: a few of them, the same whatever the order of
 * insertion, which must not show in a file.
 */

/** About so many entries or items are looked at. */
export const SAMPLES = 32;

/** Of so many entries, all are looked at. */
export const FEW_ENTRIES = 2 * SAMPLES;

/** Fewer are too few. */
export const MIN_SAMPLES = SAMPLES / 4;

/**
 * Some entries of a map or set, the same whatever the order of insertion, which must not show in a file: those whose key
 * falls into a class; into a larger one where that would be too few.
 */
export function membersOf(entries: Some, size: number): ReadonlyMap<unknown, unknown> {
  if (size <= FEW_ENTRIES) return new Map(entries);
  for (let mask = classMask(size); ; mask >>= 3) {
    const members = membersIn(entries, mask);
    if (members.size >= MIN_SAMPLES || mask === 0) return members;
  }
}

/** The first mask that is tried: a key is of the class if its mark has none of these bits. */
export function classMask(size: number): number {
  return 2 ** Math.floor(Math.log2(size / SAMPLES)) - 1;
}

/** Whether a key is of the class of a mask. */
export function isOfClass(key: unknown, mask: number): boolean {
  return (markOf(key) & mask) === 0;
}

function membersIn(entries: Some, mask: number): Map<unknown, unknown> {
  const members = new Map<unknown, unknown>();
  if (entries instanceof Map) {
    for (const key of entries.keys()) if (isOfClass(key, mask)) members.set(key, entries.get(key));
  } else {
    for (const [key, value] of entries) if (isOfClass(key, mask)) members.set(key, value);
  }
  return members;
}

/** Entries of a map. */
export type Some = Iterable<readonly [unknown, unknown]>;

/** Characters or parts of a key that its class depends on: the last ones, or of a long key some from all over it. */
const MARKED_PARTS = 16;

/** A number that spreads keys over classes, also where they differ in a few characters, as Hero1 to Hero999999 do. */
function markOf(key: unknown): number {
  return mixed(roughMark(key));
}

function roughMark(key: unknown): number {
  switch (typeof key) {
    case "number":
      return (key | 0) ^ ((key % 1) * 0x7fffffff);
    case "bigint":
      return Number(BigInt.asUintN(32, key));
    case "string":
      return markOfText(key);
    case "object":
      return key === null ? 0 : markOfObject(key);
    default:
      return 0;
  }
}

function markOfObject(key: object): number {
  const parts = (Array.isArray(key) || key instanceof Uint8Array ? key : Object.values(key)) as ArrayLike<unknown>;
  return markOfParts(parts.length, (i) => roughMark(parts[i]));
}

function markOfParts(count: number, partAt: (index: number) => number): number {
  let mark = count;
  const step = Math.max(1, Math.floor(count / MARKED_PARTS));
  for (let i = count - 1; i >= 0; i -= step) mark = Math.imul(mark ^ partAt(i), 0x01000193);
  return mark;
}

/** As {@link markOfParts}, without a call for each character: all keys of a map are looked at. */
function markOfText(text: string): number {
  const { length } = text;
  let mark = length;
  const step = length < 2 * MARKED_PARTS ? 1 : Math.floor(length / MARKED_PARTS);
  for (let i = length - 1; i >= 0; i -= step) mark = Math.imul(mark ^ text.charCodeAt(i), 0x01000193);
  return mark;
}

function mixed(value: number): number {
  return Math.imul(value, 0x9e3779b1) >>> 15;
}
