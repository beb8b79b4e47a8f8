/**
 * The command line: one step after the other into an open file. In: the root's schema and mirror, a path. Out: what is
 * there, read no further than the path goes.
 */

import { ValueHandle } from "../mirror/handle.ts";
import type { LoadOptions, MapHandle, TypedHandle, VecHandle } from "../schema/handles.ts";
import { type ChunkContent, contentOf } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import { keyOfStep } from "./key.ts";
import type { Step } from "./path.ts";
import { CommandError } from "./usage.ts";

/** A value, or the mirror or handle that stands for it, and what it is. */
export interface Place {
  readonly schema: ChunkContent;
  readonly view: unknown;
}

/** What {@link select} reads with. */
export type SelectOptions = LoadOptions;

/** Follows `steps` from `root`. @throws {CommandError} There is no such place; the message says what there is. */
export async function select(root: Place, steps: readonly Step[], options: SelectOptions): Promise<Place> {
  let place = root;
  let path = "";
  for (const step of steps) {
    const inside = unwrapOption(place);
    if (inside.view === null) throw new CommandError(`${path || "the root"} is null, so it has no ${step.text}`);
    place = await takeStep(inside, step, path || "the root", options);
    path += step.text;
  }
  return place;
}

/** Whether a view is a handle, whose value is still in the file. */
export function isHandle(view: unknown): boolean {
  return view instanceof ValueHandle;
}

function unwrapOption(place: Place): Place {
  let { schema } = place;
  while (schema.kind === "option") schema = content(schema.item);
  return { schema, view: place.view };
}

async function takeStep(place: Place, step: Step, path: string, options: SelectOptions): Promise<Place> {
  const { schema } = place;
  switch (schema.kind) {
    case "struct": {
      const name = nameOf(step);
      const field = name !== undefined && Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
      if (name === undefined || field === undefined) throw noSuch(path, step, "fields", Object.keys(schema.fields));
      return { schema: content(field), view: (place.view as Record<string, unknown>)[name] };
    }
    case "variant":
      return alternative(place.view, schema.variants, step, path);
    case "map":
    case "hashMap":
    case "sortedMap":
      return { schema: content(schema.value), view: await entry(place, schema.key, step, path, options) };
    case "tuple":
    case "array":
    case "vec":
    case "typed":
    case "bytes":
      return await element(place, step, path, options);
    default:
      throw new CommandError(`${path} is of the kind ${schema.kind}, so it has no ${step.text}`);
  }
}

function alternative(view: unknown, variants: Readonly<Record<string, SchemaNode>>, step: Step, path: string): Place {
  const { type, value } = view as { type: string; value?: unknown };
  const name = nameOf(step);
  if (name === "type") return { schema: { kind: "str" }, view: type };
  const chosen = variants[type];
  if (name !== "value" || chosen === undefined || chosen.kind === "unit") {
    throw noSuch(path, step, "parts", chosen?.kind === "unit" ? ["type"] : ["type", "value"]);
  }
  return { schema: content(chosen), view: value };
}

async function entry(place: Place, keySchema: SchemaNode, step: Step, path: string, options: SelectOptions) {
  const key = keyOfStep(keySchema, step);
  const { view } = place;
  let value: unknown;
  if (isHandle(view)) value = await (view as MapHandle<unknown, unknown>).getLazy(key, options);
  else {
    const text = keyText(key);
    value = [...(view as ReadonlyMap<unknown, unknown>)].find(([known]) => keyText(known) === text)?.[1];
  }
  if (value === undefined) throw new CommandError(`${path} has no entry ${step.text}`);
  return value;
}

/** Equal for equal keys of one map, also where they are objects. */
function keyText(key: unknown): string {
  return JSON.stringify(key, (_, part) => (typeof part === "bigint" ? `${part}n` : part)) ?? String(key);
}

/** An item, or a slice, of something that has a length. */
async function element(place: Place, step: Step, path: string, options: SelectOptions): Promise<Place> {
  const { schema, view } = place;
  if (step.kind === "slice") {
    if (schema.kind === "tuple") throw new CommandError(`${path} is a tuple, which has no slices`);
    const { start, end } = step;
    if (!isHandle(view)) return { schema, view: (view as unknown[]).slice(start, end) };
    return { schema, view: await (view as VecHandle<unknown>).slice(start, end, options) };
  }
  const wanted = step.kind === "key" ? step.value : Number.NaN;
  const count = isHandle(view)
    ? await (view as VecHandle<unknown>).count(options)
    : (view as readonly unknown[]).length;
  const index = typeof wanted === "number" && wanted < 0 ? count + wanted : wanted;
  if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= count) {
    const there = count === 0 ? "it is empty" : `it has [0] to [${count - 1}]`;
    throw new CommandError(`${path} has no ${step.text}: ${there}`);
  }
  const item = itemSchema(schema, index);
  if (!isHandle(view)) return { schema: item, view: (view as readonly unknown[])[index] };
  if (schema.kind === "vec") return { schema: item, view: await (view as VecHandle<unknown>).atLazy(index, options) };
  const slice = await (view as TypedHandle<ArrayLike<unknown>>).slice(index, index + 1, options);
  return { schema: item, view: slice[0] };
}

function itemSchema(schema: ChunkContent, index: number): ChunkContent {
  switch (schema.kind) {
    case "tuple":
      return content(schema.items[index] as SchemaNode);
    case "array":
    case "vec":
      return content(schema.item);
    default:
      return { kind: schema.kind === "typed" ? schema.element : "u8" };
  }
}

function content(schema: SchemaNode): ChunkContent {
  return contentOf(schema).content;
}

/** The name in `.name` or `["name"]`. */
function nameOf(step: Step): string | undefined {
  if (step.kind === "name") return step.name;
  return step.kind === "key" && typeof step.value === "string" ? step.value : undefined;
}

/** Names shown in a message; a struct with more is better read in its schema. */
const MAX_NAMES = 20;

function noSuch(path: string, step: Step, what: string, names: readonly string[]): CommandError {
  const shown = names.slice(0, MAX_NAMES).join(", ") + (names.length > MAX_NAMES ? ", …" : "");
  return new CommandError(`${path} has no ${step.text}; its ${what} are: ${shown}`);
}
