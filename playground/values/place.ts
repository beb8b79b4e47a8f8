/** From the root to a value, one step after the other, reading no further than the path goes. */

import type { LoadOptions, MapHandle, TypedHandle, VecHandle } from "parcode-web";
import { ValueHandle } from "../../src/mirror/handle.ts";
import { keyFromJson } from "../../src/schema/key-json.ts";
import { keyText, PathError, parsePath, type Step } from "./path.ts";
import { type ChunkContent, content, type SchemaNode } from "./schema-view.ts";

/** A value, or the mirror or handle that stands for it, and what it is. */
export interface Place {
  readonly schema: ChunkContent;
  readonly view: unknown;
}

/** Whether a value is still in the file. */
export function isHandle(view: unknown): view is ValueHandle {
  return view instanceof ValueHandle;
}

/** What is at `path`. @throws {PathError} Nothing is there. */
export async function placeAt(root: Place, path: string, options: LoadOptions): Promise<Place> {
  let place = root;
  for (const step of parsePath(path)) place = await stepInto(place, step, options);
  return place;
}

async function stepInto(place: Place, step: Step, options: LoadOptions): Promise<Place> {
  const schema = place.schema.kind === "option" ? content(place.schema.item) : place.schema;
  const { view } = place;
  if (view === null || view === undefined) throw nothing(step);
  switch (schema.kind) {
    case "struct": {
      const name = nameOf(step);
      const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
      if (field === undefined) throw nothing(step);
      return { schema: content(field), view: (view as Record<string, unknown>)[name] };
    }
    case "variant": {
      const { type, value } = view as { type: string; value?: unknown };
      const chosen = Object.hasOwn(schema.variants, type) ? schema.variants[type] : undefined;
      if (nameOf(step) !== "value" || chosen === undefined) throw nothing(step);
      return { schema: content(chosen), view: value };
    }
    case "map":
    case "hashMap":
    case "sortedMap":
      return { schema: content(schema.value), view: await entry(view, schema.key, step, options) };
    case "vec":
    case "array":
    case "set":
    case "tuple":
    case "typed":
    case "bytes":
      return await item(schema, view, step, options);
    default:
      throw nothing(step);
  }
}

async function entry(view: unknown, keySchema: SchemaNode, step: Step, options: LoadOptions): Promise<unknown> {
  const key = keyOf(keySchema, step.kind === "name" ? step.name : step.value);
  const wanted = keyText(key);
  const value = isHandle(view)
    ? await (view as unknown as MapHandle<unknown, unknown>).getLazy(key, options)
    : [...(view as ReadonlyMap<unknown, unknown>)].find(([known]) => keyText(known) === wanted)?.[1];
  if (value === undefined) throw new PathError(`There is no key ${wanted} here.`);
  return value;
}

async function item(schema: ChunkContent, view: unknown, step: Step, options: LoadOptions): Promise<Place> {
  const index = step.kind === "key" ? step.value : undefined;
  if (typeof index !== "number" || !Number.isSafeInteger(index) || index < 0) throw nothing(step);
  if (isHandle(view) && schema.kind === "vec") {
    const list = view as unknown as VecHandle<unknown>;
    return { schema: content(schema.item), view: await list.atLazy(index, options) };
  }
  const list = isHandle(view)
    ? await (view as unknown as TypedHandle<ArrayLike<unknown>>).slice(index, index + 1, options)
    : (view instanceof Set ? [...view] : (view as readonly unknown[])).slice(index, index + 1);
  if (list.length === 0) throw nothing(step);
  return { schema: itemSchema(schema, index), view: list[0] };
}

function itemSchema(schema: ChunkContent, index: number): ChunkContent {
  switch (schema.kind) {
    case "tuple":
      return content(schema.items[index] as SchemaNode);
    case "array":
    case "vec":
    case "set":
      return content(schema.item);
    default:
      return { kind: schema.kind === "typed" ? schema.element : "u8" };
  }
}

function nameOf(step: Step): string {
  return step.kind === "name" ? step.name : String(step.value);
}

function nothing(step: Step): PathError {
  const text = step.kind === "name" ? step.name : `[${step.literal}]`;
  return new PathError(`There is no ${text} here.`);
}

/** A key of a map, from JSON. @throws {PathError} It is none of this kind. */
export function keyOf(schema: SchemaNode, value: unknown): unknown {
  const key = keyFromJson(schema, value);
  if (key !== undefined) return key;
  throw new PathError(`${keyText(value)} is no key of this map: its keys are of the type ${content(schema).kind}.`);
}
