/**
 * Step 8: payload bytes → values, as generated source. Twin of encode/generate.ts, and equal to closures.ts in every
 * value and every refusal, which a property test holds.
 */

import type { ByteReader } from "../bytes/reader.ts";
import { literal, SourceText } from "../schema/generate.ts";
import { structLayout } from "../schema/layout.ts";
import { type ArrayNode, resolvePlaced, type SchemaNode, type StructNode, type VariantNode } from "../schema/node.ts";
import { minimumSize } from "../schema/size.ts";
import { type Decode, MAX_SIZED_ITEMS } from "./closures.ts";
import { readTyped } from "./typed.ts";

/** Compiles the decoder of an inline value of `schema`, placements ignored. */
export function generateDecoder(schema: SchemaNode): Decode {
  const generator = new DecoderSource();
  return generator.finish(generator.expression(schema));
}

/** Compiles the decoder of the inline fields of a struct; chunked fields are there as undefined, in their place. */
export function generateShallowDecoder(node: StructNode): Decode {
  const generator = new DecoderSource();
  return generator.finish(generator.object(node, childNames(node)));
}

/** Names of the fields that are chunks. */
export function childNames(node: StructNode): ReadonlySet<string> {
  return new Set(structLayout(node).children.map((field) => field.name));
}

/** The source of one decoder, in the making. */
export class DecoderSource {
  readonly text = new SourceText();
  private readonly names = new Map<SchemaNode, string>();

  finish(expression: string): Decode {
    const name = this.text.reserve();
    this.text.define(name, "r", `return ${expression};`);
    return this.text.compile<Decode>(name);
  }

  /** Source of an expression that reads a value of `schema` from the reader `r`. */
  expression(schema: SchemaNode): string {
    switch (schema.kind) {
      case "chunk":
        return this.expression(schema.inner);
      case "typed":
        return `${this.text.constant((r: ByteReader) => readTyped(r, schema.element))}(r)`;
      case "option":
        return `(r.some() ? ${this.expression(schema.item)} : null)`;
      case "tuple":
        return `[${schema.items.map((item) => this.expression(item)).join(", ")}]`;
      case "bytes":
        return "r.byteString()";
      case "unit":
        return "null";
      case "vec":
      case "array":
      case "set":
      case "struct":
      case "variant":
      case "recursive":
      case "map":
      case "hashMap":
      case "sortedMap":
        return `${this.functionFor(schema)}(r)`;
      default:
        return `r.${schema.kind}()`;
    }
  }

  /** Source of an object literal of the fields of `node`; those in `left` are undefined. */
  object(node: StructNode, left: ReadonlySet<string>): string {
    const members = Object.entries(node.fields).map(
      ([name, schema]) => `${literal(name)}: ${left.has(name) ? "undefined" : this.expression(schema)}`,
    );
    return `({ ${members.join(", ")} })`;
  }

  private functionFor(schema: SchemaNode): string {
    const known = this.names.get(schema);
    if (known !== undefined) return known;
    const name = this.text.reserve();
    this.names.set(schema, name);
    this.text.define(name, "r", this.body(schema));
    return name;
  }

  private body(schema: SchemaNode): string {
    switch (schema.kind) {
      case "recursive":
        return `r.enter(); const v = ${this.expression(resolvePlaced(schema))}; r.leave(); return v;`;
      case "struct":
        return `return ${this.object(schema, new Set())};`;
      case "variant":
        return this.variantBody(schema);
      case "vec":
      case "set": {
        const loop = this.loop(`r.length(${minimumSize(schema.item)})`, schema.item);
        return schema.kind === "set" ? `${loop} return new Set(a);` : `${loop} return a;`;
      }
      case "array":
        return `${this.loop(arrayLength(schema), schema.item)} return a;`;
      case "map":
      case "hashMap":
      case "sortedMap": {
        const least = minimumSize(schema.key) + minimumSize(schema.value);
        return `const n = r.length(${least}); const m = new Map();
          for (let i = 0; i < n; i++) { const k = ${this.expression(schema.key)}; m.set(k, ${this.expression(schema.value)}); }
          return m;`;
      }
      default:
        throw new TypeError(`No body for ${schema.kind}.`);
    }
  }

  private loop(count: string, item: SchemaNode): string {
    return `const n = ${count}; const a = n > ${MAX_SIZED_ITEMS} ? [] : new Array(n);
      for (let i = 0; i < n; i++) a[i] = ${this.expression(item)};`;
  }

  private variantBody(node: VariantNode): string {
    const entries = Object.entries(node.variants);
    const cases = entries.map(([name, schema], index) => {
      const value = schema.kind === "unit" ? "" : `, value: ${this.expression(schema)}`;
      return `case ${index}: return { type: ${literal(name)}${value} };`;
    });
    return `switch (r.variant(${entries.length})) { ${cases.join("\n")} }`;
  }
}

/** Items that take no bytes are counted, since nothing else bounds them. */
function arrayLength({ item, length }: ArrayNode): string {
  return minimumSize(item) === 0 ? `r.emptyItems(${length})` : String(length);
}
