/**
 * Schema → a line of text for people: `struct { name: str, players: hashMap<str, u8> }`. Of bounded length, whatever the
 * schema is.
 */

import { ascending } from "../schema/descending.ts";
import { resolve, type SchemaNode } from "../schema/node.ts";
import { isDescending } from "../schema/order.ts";
import { memberName } from "./print.ts";

/** Characters that are enough to know a schema by, in a message or a list. */
const MAX_TEXT_LENGTH = 160;

/** Levels that are shown. */
const MAX_TEXT_DEPTH = 8;

/**
 * `schema` in one line of at most `maxLength` characters (160); what does not fit is `…`. Names are escaped where they
 * could change how the line looks. Never fails, and costs no more than what it shows.
 */
export function schemaText(schema: SchemaNode, maxLength = MAX_TEXT_LENGTH): string {
  const writer = new TextWriter(maxLength);
  writer.write(schema, []);
  return writer.finish();
}

class TextWriter {
  private readonly maxLength: number;
  private text = "";

  constructor(maxLength: number) {
    this.maxLength = maxLength;
  }

  finish(): string {
    if (this.text.length <= this.maxLength) return this.text;
    // Not in the middle of a character of two units.
    const end = Math.max(0, this.maxLength - 1);
    const cut = this.text.slice(0, end).replace(/[\ud800-\udbff]$/, "");
    return this.maxLength > 0 ? `${cut}…` : "";
  }

  write(schema: SchemaNode, around: readonly SchemaNode[]): void {
    if (this.text.length > this.maxLength) return;
    const inside = [...around, schema];
    if (around.includes(schema) || around.length >= MAX_TEXT_DEPTH) {
      this.text += "…";
      return;
    }
    if (isDescending(schema)) return this.list("descending<", [ascending(schema)], ">", inside);
    switch (schema.kind) {
      case "typed":
        this.text += `typed<${schema.element}>`;
        return;
      case "vec":
      case "set":
      case "option":
        return this.list(`${schema.kind}<`, [schema.item], ">", inside);
      case "array":
        return this.list("[", [schema.item], `; ${schema.length}]`, inside);
      case "tuple":
        return this.list("(", schema.items, ")", inside);
      case "struct":
        return this.members("struct", schema.fields, inside);
      case "variant":
        return this.members("variant", schema.variants, inside);
      case "chunk":
        return this.list("chunk<", [schema.inner], ">", inside);
      case "map":
      case "hashMap":
      case "sortedMap":
        return this.list(`${schema.kind}<`, [schema.key, schema.value], ">", inside);
      case "recursive": {
        const target = targetOf(schema);
        if (target === undefined) this.text += "…";
        else this.write(target, around);
        return;
      }
      default:
        this.text += schema.kind;
    }
  }

  private list(open: string, parts: readonly SchemaNode[], close: string, inside: readonly SchemaNode[]): void {
    this.text += open;
    for (const [i, part] of parts.entries()) {
      if (i > 0) this.text += ", ";
      this.write(part, inside);
      if (this.text.length > this.maxLength) return;
    }
    this.text += close;
  }

  private members(kind: string, parts: Readonly<Record<string, SchemaNode>>, inside: readonly SchemaNode[]): void {
    this.text += `${kind} {`;
    let separator = " ";
    for (const name in parts) {
      const part = parts[name] as SchemaNode;
      this.text += separator + memberName(name.slice(0, this.maxLength));
      if (kind === "struct" || part.kind !== "unit") {
        this.text += ": ";
        this.write(part, inside);
      }
      separator = ", ";
      if (this.text.length > this.maxLength) return;
    }
    this.text += " }";
  }
}

/** What a recursive schema stands for, if it is complete: a message about a schema must not fail because of it. */
function targetOf(schema: SchemaNode): SchemaNode | undefined {
  try {
    return resolve(schema);
  } catch {
    return undefined;
  }
}
