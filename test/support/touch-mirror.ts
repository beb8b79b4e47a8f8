/**
 * Touches what a damaged file's mirror has, to see that everything ends with a value or a typed error. A call that does
 * neither, for example by throwing a TypeError, throws here.
 */
import { isParcodeError, load, loadSync, type ParcodeError, type Schema } from "parcode-web";
import { contentOf } from "./walk-mirror.ts";

/** Items of an iteration that are looked at; a hostile list claims any number. */
const MOST_ITEMS = 3000;

const METHODS = ["count", "first", "last", "slice", "load"];
const KEYS: Readonly<Record<string, unknown>> = { str: "key", char: "k", bool: true, unit: null, u64: 7n, i64: 7n };

/** The value of a call, or its typed error. */
export async function outcome<T>(work: () => T | Promise<T>): Promise<{ value?: T; error?: ParcodeError }> {
  try {
    return { value: await work() };
  } catch (error) {
    if (isParcodeError(error)) return { error };
    throw error;
  }
}

/** Calls everything on a mirror or handle. Returns the errors, but for those of an index behind the end. */
export async function touchMirror(lazy: any, schema: Schema): Promise<ParcodeError[]> {
  const errors: ParcodeError[] = [];
  const attempt = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    const { value, error } = await outcome(work);
    if (error !== undefined && error.code !== "IndexOutOfRange") errors.push(error);
    return value;
  };
  await touch(lazy, contentOf(schema), attempt, 3);
  return errors;
}

type Attempt = <T>(work: () => T | Promise<T>) => Promise<T | undefined>;

async function touch(lazy: any, content: any, attempt: Attempt, levels: number): Promise<void> {
  if (levels === 0 || lazy === undefined || lazy === null) return;
  if (content.kind === "struct") {
    await attempt(() => (isAsync(lazy) ? load(lazy) : loadSync(lazy)));
    for (const [name, field] of Object.entries<Schema>(content.fields)) {
      const placed = field.kind === "chunk" || field.kind === "hashMap" || field.kind === "sortedMap";
      const member = await attempt(() => lazy[name]);
      if (placed) await touch(member, contentOf(field), attempt, levels);
    }
    return;
  }
  for (const method of METHODS) if (method in lazy) await attempt(() => lazy[method]());
  if ("slice" in lazy) for (const bounds of [[0, 2], [-2], [1, 3]]) await attempt(() => lazy.slice(...bounds));
  if ("atLazy" in lazy) await touchList(lazy, content, attempt, levels);
  if ("getLazy" in lazy) await touchMap(lazy, content, attempt, levels);
}

async function touchList(list: any, content: any, attempt: Attempt, levels: number): Promise<void> {
  const count = (await attempt<number>(() => list.count())) ?? 1;
  for (const index of [0, 1, Math.floor(count / 2), count - 1, count]) {
    await attempt(() => list.at(index));
    const item = await attempt(() => list.atLazy(index));
    if (isMirror(item)) await touch(item, contentOf(content.item), attempt, levels - 1);
  }
  await attempt(() => drain(list.values()));
  await attempt(() => drain(list.lazy()));
}

async function touchMap(map: any, content: any, attempt: Attempt, levels: number): Promise<void> {
  const keyKind = contentOf(content.key).kind;
  const keys = [KEYS[keyKind] ?? 7];
  await attempt(async () => keys.push(...(await drain(map)).slice(0, 5).map(([key]: any) => key)));
  for (const key of keys) {
    await attempt(() => map.get(key));
    await attempt(() => map.has(key));
    const value = await attempt(() => map.getLazy(key));
    if (isMirror(value)) await touch(value, contentOf(content.value), attempt, levels - 1);
  }
  await attempt(() => map.getMany(keys));
  await attempt(() => drain(map.entries()));
  await attempt(() => drain(map.lazy()));
}

function isMirror(value: unknown): boolean {
  return typeof value === "object" && value !== null && "toJSON" in value && !ArrayBuffer.isView(value);
}

/** A struct's mirror does not say which kind it is, except by what takes it. */
function isAsync(mirror: any): boolean {
  try {
    loadSync(mirror);
    return false;
  } catch (error) {
    return isParcodeError(error, "InvalidOption");
  }
}

async function drain(items: any): Promise<any[]> {
  const found: unknown[] = [];
  const keep = (item: unknown): boolean => found.push(item) >= MOST_ITEMS;
  if (Symbol.iterator in items) for (const item of items) if (keep(item)) break;
  if (Symbol.asyncIterator in items) for await (const item of items) if (keep(item)) break;
  return found;
}
