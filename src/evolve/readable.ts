/**
 * A plan → the schema that the file is read with: laid out as the file is, with the names of the wanted schema. Where nothing
 * is different it is the wanted schema itself, so that decoders are shared; what nobody wants keeps its place.
 */

import { withDirection } from "../schema/descending.ts";
import { structLayout } from "../schema/layout.ts";
import type { ArrayNode, SchemaNode, StructNode } from "../schema/node.ts";
import type { Schema } from "../schema/types.ts";
import type { Part, Plan, Purpose, StoredField, StructStep } from "./plan.ts";

const readables = new WeakMap<Plan, SchemaNode>();

/** What reads the data of a plan from the file. */
export function readableOf(plan: Plan): SchemaNode {
  const known = readables.get(plan);
  if (known !== undefined) return known;
  const whole = plan.isDirect ? plan.wanted : makeReadable(plan);
  const node = plan.isWhole ? whole : ({ ...whole, isPartial: true } as SchemaNode);
  readables.set(plan, node);
  return node;
}

function makeReadable({ step, stored }: Plan): SchemaNode {
  switch (step.kind) {
    case "typed":
      return { kind: "typed", element: step.from };
    case "some":
      return readableOf(step.part.plan);
    case "option":
    case "vec":
    case "set":
      return { kind: step.kind, item: partNode(step.part) };
    case "array":
      return { kind: "array", item: partNode(step.part), length: (stored as ArrayNode).length };
    case "tuple":
      return { kind: "tuple", items: step.parts.map(partNode) };
    case "map":
      return {
        ...(stored as Extract<SchemaNode, { kind: "map" }>),
        key: partNode(step.key),
        value: partNode(step.value),
      };
    case "struct":
      return structNode(step);
    case "variant": {
      const members = step.alternatives.map(({ name, part }) => [name, part === undefined ? UNIT : partNode(part)]);
      return { kind: "variant", variants: Object.fromEntries(members) };
    }
    default:
      return stored;
  }
}

const UNIT: SchemaNode = { kind: "unit" };

/** A schema that contains itself is cut where the file's schema cuts it. */
function partNode({ plan, isRecursive, isDescending }: Part): SchemaNode {
  const get = (): SchemaNode => inOrder(readableOf(plan), isDescending, plan.purpose);
  return isRecursive ? { kind: "recursive", get } : get();
}

function inOrder(node: SchemaNode, isDescending: boolean, purpose: Purpose): SchemaNode {
  return purpose === "orderedKey" ? (withDirection(node as Schema, isDescending) as SchemaNode) : node;
}

function structNode({ stored }: StructStep): StructNode {
  const fields = stored.map(({ name, schema, to }): [string, SchemaNode] => {
    if (to?.from === undefined) return [name, leftNode(schema)];
    const { part, isPlaced } = to.from;
    const node = partNode(part);
    return [to.name, isPlaced ? { kind: "chunk", inner: node, compression: undefined } : node];
  });
  return { kind: "struct", fields: Object.fromEntries(fields) };
}

/** A field that nobody wants: decoded where it is inline, not read where it is a chunk. */
function leftNode(schema: StoredField["schema"]): SchemaNode {
  const { kind } = schema;
  const isPlaced = kind === "chunk" || kind === "hashMap" || kind === "sortedMap";
  return isPlaced ? { kind: "chunk", inner: schema, compression: undefined, isLeft: true } : schema;
}

/** The number of a field's chunk among those of its struct. */
export function childIndex(node: StructNode, name: string): number {
  return structLayout(node).children.findIndex((field) => field.name === name);
}
