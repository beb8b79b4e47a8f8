/** Schemas as the source text that builds them, so that a failing example can be read and tried again. */

import { ascending } from "../../src/schema/descending.ts";
import type { SchemaNode } from "../../src/schema/node.ts";
import { isDescending } from "../../src/schema/order.ts";

/** `struct({ id: u64, tags: chunk(vec(str)) })`. */
export function schemaText(schema: SchemaNode, seen: readonly SchemaNode[] = []): string {
  if (isDescending(schema)) return `descending(${schemaText(ascending(schema), seen)})`;
  const text = (part: SchemaNode): string => schemaText(part, [...seen, schema]);
  switch (schema.kind) {
    case "typed":
      return `typed(${schema.element})`;
    case "vec":
    case "set":
    case "option":
      return `${schema.kind}(${text(schema.item)})`;
    case "array":
      return `array(${text(schema.item)}, ${schema.length})`;
    case "tuple":
      return `tuple([${schema.items.map(text).join(", ")}])`;
    case "struct":
      return `struct({ ${members(schema.fields, text)} })`;
    case "variant":
      return `variant({ ${members(schema.variants, text)} })`;
    case "recursive": {
      const target = schema.get() as SchemaNode;
      return seen.includes(target) ? "recursive(() => …)" : `recursive(() => ${text(target)})`;
    }
    case "chunk":
      return `chunk(${text(schema.inner)}${options({ compression: schema.compression })})`;
    case "map":
      return `map(${text(schema.key)}, ${text(schema.value)})`;
    case "hashMap": {
      const { compression, bucketBytes } = schema;
      return `hashMap(${text(schema.key)}, ${text(schema.value)}${options({ compression, bucketBytes })})`;
    }
    case "sortedMap": {
      const { compression, shardBytes } = schema;
      return `sortedMap(${text(schema.key)}, ${text(schema.value)}${options({ compression, shardBytes })})`;
    }
    default:
      return schema.kind;
  }
}

function members(fields: Readonly<Record<string, SchemaNode>>, text: (part: SchemaNode) => string): string {
  return Object.entries(fields)
    .map(([name, field]) => `${JSON.stringify(name)}: ${text(field)}`)
    .join(", ");
}

function options(given: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(given).filter(([, value]) => value !== undefined);
  if (shown.length === 0) return "";
  return `, { ${shown.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")} }`;
}
