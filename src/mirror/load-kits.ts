/**
 * Step 9: loading the kits that a schema has use for. Apart from kits.ts, which the kits themselves need: bundlers keep what is loaded
 * later for as long as the module that says so is used.
 */

import { part } from "../part.ts";
import { type ContainerKind, containerKindOf } from "../read/containers.ts";
import { type ChunkContent, contentOf } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import { install, isInstalled, type Kit } from "./kits.ts";

const LOADERS: Readonly<Record<ContainerKind, () => Promise<Kit>>> = {
  list: async () => (await part(import("./kit-list.ts"))).listKit,
  typed: async () => (await part(import("./kit-typed.ts"))).typedKit,
  map: async () => (await part(import("./kit-map.ts"))).mapKit,
  plainMap: async () => (await part(import("./kit-plain-map.ts"))).plainMapKit,
  sortedMap: async () => (await part(import("./kit-sorted-map.ts"))).sortedMapKit,
};

/** Schemas that nothing is missing for. */
const served = new WeakSet<SchemaNode>();

/** Loads the kits that files of this schema may need, unless they are here. */
export async function loadKits(schema: SchemaNode): Promise<void> {
  if (served.has(schema)) return;
  const missing = [...kindsIn(schema)].filter((kind) => !isInstalled(kind));
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
