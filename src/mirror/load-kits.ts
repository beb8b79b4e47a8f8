/**
 * Step 9: loading the kits that a schema has use for. Apart from kits.ts, which the kits themselves need: bundlers keep what is loaded
 * later for as long as the module that says so is used.
 */

import { part } from "../part.ts";
import { type ContainerKind, containerKindOf } from "../read/containers.ts";
import { type ChunkContent, contentOf } from "../schema/layout.ts";
import type { SchemaNode } from "../schema/node.ts";
import { areAllInstalled, install, isInstalled, type Kit } from "./kits.ts";

const LOADERS: Readonly<Record<ContainerKind, () => Promise<Kit>>> = {
  list: async () => (await part(import("./kit-list.ts"))).listKit,
  typed: async () => (await part(import("./kit-typed-placed.ts"))).placedTypedKit,
  map: async () => (await part(import("./kit-map.ts"))).mapKit,
  plainMap: async () => (await part(import("./kit-plain-map.ts"))).plainMapKit,
  sortedMap: async () => (await part(import("./kit-sorted-map.ts"))).sortedMapKit,
};

/** Schemas that nothing is missing for. */
const served = new WeakSet<SchemaNode>();

/** Loads the kits that files of this schema may need, unless they are here. */
export async function loadKits(schema: SchemaNode): Promise<void> {
  if (areAllInstalled() || served.has(schema)) return;
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

/** What a node is made of, one or several at a member: whatever it is called. */
function partsOf(node: SchemaNode): readonly SchemaNode[] {
  if (node.kind === "recursive") return [node.get()];
  return Object.values(node).flatMap((member: unknown) => {
    if (typeof member !== "object" || member === null) return [];
    // A struct may have a field of this name, which is no text.
    return "kind" in member && typeof member.kind === "string" ? [member as SchemaNode] : Object.values(member);
  });
}
