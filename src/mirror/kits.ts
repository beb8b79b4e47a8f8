/**
 * Step 9: kits: what lists, typed arrays, maps and sorted maps are read with, handles and all. A file that was opened with promises
 * loads those that its schema has use for, while its structure is read; `openSync` has all of them (all-kits.ts).
 */

import { type ContainerKind, type ContainerReader, containerKindOf, installReader } from "../read/containers.ts";
import type { ChunkContent } from "../schema/layout.ts";
import { contentOf } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import type { HandlePlace } from "./handle.ts";

type HandleClass = new (place: never) => object;

/** The class whose methods give promises, and the one whose methods give values. */
export type HandleClasses = readonly [HandleClass, HandleClass];

/** What containers of one kind are read with. */
export interface Kit {
  readonly classes: HandleClasses;
  readonly reader: ContainerReader;
}

const LOADERS: Readonly<Record<ContainerKind, () => Promise<Kit>>> = {
  list: async () => (await import("./kit-list.ts")).listKit,
  typed: async () => (await import("./kit-typed.ts")).typedKit,
  map: async () => (await import("./kit-map.ts")).mapKit,
  sortedMap: async () => (await import("./kit-sorted-map.ts")).sortedMapKit,
};

const installed = new Map<ContainerKind, HandleClasses>();

/** Makes a kit known that is here already. */
export function install(kind: ContainerKind, { classes, reader }: Kit): void {
  installed.set(kind, classes);
  installReader(kind, reader);
}

/** A handle of the class for its content; undefined where that has none of its own. */
export function specialHandle(place: HandlePlace): object | undefined {
  const kind = containerKindOf(place.content);
  if (kind === undefined) return undefined;
  // Whoever opened the file has seen to it that they are here.
  const [Asynchronous, Synchronous] = installed.get(kind) as HandleClasses;
  return new (place.runner.mode === "async" ? Asynchronous : Synchronous)(place as never);
}

/** Schemas that nothing is missing for. */
const served = new WeakSet<SchemaNode>();

/** Loads the kits that files of this schema may need, unless they are here. */
export async function loadKits(schema: SchemaNode): Promise<void> {
  if (served.has(schema)) return;
  const missing = [...kindsIn(schema)].filter((kind) => !installed.has(kind));
  await Promise.all(missing.map(async (kind) => install(kind, await LOADERS[kind]())));
  served.add(schema);
}

function kindsIn(schema: SchemaNode): ReadonlySet<ContainerKind> {
  const found = new Set<ContainerKind>();
  const seen = new Set<SchemaNode>();
  const add = (content: ChunkContent): void => {
    const kind = containerKindOf(content);
    if (kind !== undefined) found.add(kind);
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
    return new Set(Object.keys(LOADERS) as ContainerKind[]);
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
