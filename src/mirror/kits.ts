/**
 * Step 9: the classes of handles, by what is in their chunks. A file that was opened with promises loads those that its schema has
 * use for, while its structure is read; `openSync` has all of them (all-kits.ts). So a reader of maps carries no lists.
 */

import type { ChunkContent } from "../schema/layout.ts";
import { contentOf } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import type { HandlePlace } from "./handle.ts";

type HandleClass = new (place: never) => object;

/** The class whose methods give promises, and the one whose methods give values. */
export type HandleClasses = readonly [HandleClass, HandleClass];

/** What has a handle of its own; everything else is one value, which a plain handle loads. */
type KitKind = "vec" | "typed" | "map" | "sortedMap";

const KINDS: { readonly [kind: string]: KitKind } = {
  vec: "vec",
  typed: "typed",
  bytes: "typed",
  map: "map",
  hashMap: "map",
  sortedMap: "sortedMap",
};

const LOADERS: Readonly<Record<KitKind, () => Promise<HandleClasses>>> = {
  vec: async () => {
    const { AsyncVecHandle, SyncVecHandle } = await import("./vec.ts");
    return [AsyncVecHandle, SyncVecHandle];
  },
  typed: async () => {
    const { TypedHandle } = await import("./typed.ts");
    return [TypedHandle, TypedHandle];
  },
  map: async () => {
    const { AsyncMapHandle, SyncMapHandle } = await import("./map.ts");
    return [AsyncMapHandle, SyncMapHandle];
  },
  sortedMap: async () => {
    const { AsyncSortedMapHandle, SyncSortedMapHandle } = await import("./sorted-map.ts");
    return [AsyncSortedMapHandle, SyncSortedMapHandle];
  },
};

const installed = new Map<KitKind, HandleClasses>();

/** Makes classes known that are here already. */
export function install(kind: KitKind, classes: HandleClasses): void {
  installed.set(kind, classes);
}

/** A handle of the class for its content; undefined where that has none of its own. */
export function specialHandle(place: HandlePlace): object | undefined {
  const kind = KINDS[place.content.kind];
  if (kind === undefined) return undefined;
  // Whoever opened the file has seen to it that they are here.
  const [Asynchronous, Synchronous] = installed.get(kind) as HandleClasses;
  return new (place.runner.mode === "async" ? Asynchronous : Synchronous)(place as never);
}

/** Loads the classes that mirrors of this schema may need, unless they are here. */
export async function loadKits(schema: SchemaNode): Promise<void> {
  const missing = [...kindsIn(schema)].filter((kind) => !installed.has(kind));
  await Promise.all(missing.map(async (kind) => install(kind, await LOADERS[kind]())));
}

function kindsIn(schema: SchemaNode): ReadonlySet<KitKind> {
  const found = new Set<KitKind>();
  const seen = new Set<SchemaNode>();
  const add = ({ kind }: ChunkContent): void => {
    const known = KINDS[kind];
    if (known !== undefined) found.add(known);
  };
  const pending: SchemaNode[] = [schema];
  try {
    add(contentOf(schema).content);
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      if (node.kind === "chunk" || node.kind === "hashMap" || node.kind === "sortedMap") add(contentOf(node).content);
      pending.push(...partsOf(node));
    }
  } catch {
    // A schema that stands for nothing: whoever reads with it says so. Until then, anything may be in it.
    return new Set(Object.values(KINDS));
  }
  return found;
}

function partsOf(node: SchemaNode): readonly SchemaNode[] {
  switch (node.kind) {
    case "recursive":
      return [node.get()];
    case "chunk":
      return [node.inner];
    case "struct":
      return Object.values(node.fields);
    case "variant":
      return Object.values(node.variants);
    case "tuple":
      return node.items;
    case "vec":
    case "set":
    case "option":
    case "array":
      return [node.item];
    case "map":
    case "hashMap":
    case "sortedMap":
      return [node.key, node.value];
    default:
      return [];
  }
}
