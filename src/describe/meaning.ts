/** What of a schema's form means nothing, and is left out of its description: `recursive` but for its nulls, nested chunks. */

import { nothingButItself, resolvePlaced, type SchemaNode } from "../schema/node.ts";
import { isReversed } from "../schema/order.ts";
import { isPlacement, type Kind } from "./table.ts";

/** A schema that `recursive` was taken from. */
export type Resolved = Exclude<SchemaNode, { kind: "recursive" }>;

/** Which way values are ordered, in the key of a sorted map; elsewhere they are not, whatever the schema says. */
export type Order = "none" | "up" | "down";

/** The order of `schema`'s values as a part of something that has an order or not. */
export function orderOf(schema: SchemaNode, around: Order): Order {
  if (around === "none") return "none";
  return isReversed(schema) ? "down" : "up";
}

/**
 * Whether a part of `user` would mean something else without `recursive` in front of it: two nulls, which option() refuses
 * to tell apart, pass it; a variant without a value has one.
 */
export function hasEffect(user: Kind, target: Kind): boolean {
  return (user === "option" && (target === "option" || target === "unit")) || (user === "variant" && target === "unit");
}

/** A chunk of a placement is that placement. */
export function withoutNesting(schema: Resolved): Resolved {
  if (schema.kind !== "chunk") return schema;
  const content = contentOf(schema);
  return isPlacement(content.kind) ? content : schema;
}

/** What is in the chunk of a schema that stands alone: the same with `chunk` around it and without. */
export function contentOf(schema: Resolved): Resolved {
  let current = schema;
  for (const seen = new Set<Resolved>(); current.kind === "chunk"; current = resolvePlaced(current.inner)) {
    if (seen.has(current)) throw nothingButItself();
    seen.add(current);
  }
  return current;
}
