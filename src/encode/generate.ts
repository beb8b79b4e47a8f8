/**
 * Step 2: values → payload bytes, as generated source. Twin of decode/generate.ts, and equal to closures.ts in every
 * byte and every refusal, which a property test holds.
 */

import type { ByteWriter } from "../bytes/writer.ts";
import { literal, SourceText } from "../schema/generate.ts";
import { type InlineField, structLayout } from "../schema/layout.ts";
import { resolvePlaced, type SchemaNode, type StructNode, type VariantNode } from "../schema/node.ts";
import type { Encode } from "./closures.ts";
import { requireArray, requireMap, requireObject, requireSet, unknownVariant } from "./closures.ts";
import { writeTyped } from "./typed.ts";

/** Compiles the encoder of an inline value of `schema`, placements ignored. */
export function generateEncoder(schema: SchemaNode): Encode {
  const generator = new EncoderSource();
  return generator.finish(generator.statement(schema, "v"));
}

/** Compiles the encoder of the inline fields of a struct. */
export function generateShallowEncoder(node: StructNode): Encode {
  const generator = new EncoderSource();
  return generator.finish(generator.members(structLayout(node).inline));
}

class EncoderSource {
  private readonly text = new SourceText();
  private readonly names = new Map<SchemaNode, string>();
  private readonly checks = {
    array: this.text.constant(requireArray),
    object: this.text.constant(requireObject),
    set: this.text.constant(requireSet),
    map: this.text.constant(requireMap),
    variant: this.text.constant(unknownVariant),
  };

  finish(body: string): Encode {
    const name = this.text.reserve();
    this.text.define(name, "w, v", body);
    return this.text.compile<Encode>(name);
  }

  /** Source of a statement that writes `value`, an expression without side effects, to the writer `w`. */
  statement(schema: SchemaNode, value: string): string {
    switch (schema.kind) {
      case "chunk":
        return this.statement(schema.inner, value);
      case "typed":
        return `${this.text.constant((w: ByteWriter, v: unknown) => writeTyped(w, schema.element, v))}(w, ${value});`;
      case "bytes":
        return `w.byteString(${value});`;
      case "option":
        return `if (${value} === null) w.byte(0); else { w.byte(1); ${this.statement(schema.item, value)} }`;
      case "vec":
      case "array":
      case "set":
      case "tuple":
      case "struct":
      case "variant":
      case "recursive":
      case "map":
      case "hashMap":
      case "sortedMap":
        return `${this.functionFor(schema)}(w, ${value});`;
      default:
        return `w.${schema.kind}(${value});`;
    }
  }

  /** Source that writes fields of the object `v` in their order. */
  members(fields: readonly InlineField[]): string {
    const writes = fields.map(({ name, schema }, index) => {
      return `const v${index} = v[${literal(name)}]; ${this.statement(schema, `v${index}`)}`;
    });
    return `${this.checks.object}(v);\n${writes.join("\n")}`;
  }

  private functionFor(schema: SchemaNode): string {
    const known = this.names.get(schema);
    if (known !== undefined) return known;
    const name = this.text.reserve();
    this.names.set(schema, name);
    this.text.define(name, "w, v", this.body(schema));
    return name;
  }

  private body(schema: SchemaNode): string {
    switch (schema.kind) {
      case "recursive":
        return `w.enter(); ${this.statement(resolvePlaced(schema), "v")} w.leave();`;
      case "struct":
        return this.members(Object.entries(schema.fields).map(([name, field]) => ({ name, schema: field })));
      case "variant":
        return this.variantBody(schema);
      case "vec":
        return `w.varint(${this.checks.array}(v).length); ${this.loop(schema.item)}`;
      case "array":
        return `${this.checks.array}(v, ${schema.length}); ${this.loop(schema.item)}`;
      case "set":
        return `w.varint(${this.checks.set}(v).size); for (const x of v) { ${this.statement(schema.item, "x")} }`;
      case "tuple": {
        const writes = schema.items.map((item, i) => `const v${i} = v[${i}]; ${this.statement(item, `v${i}`)}`);
        return `${this.checks.array}(v, ${schema.items.length});\n${writes.join("\n")}`;
      }
      case "map":
      case "hashMap":
      case "sortedMap":
        return `w.varint(${this.checks.map}(v).size);
          for (const [k, x] of v) { ${this.statement(schema.key, "k")} ${this.statement(schema.value, "x")} }`;
      default:
        throw new TypeError(`No body for ${schema.kind}.`);
    }
  }

  private loop(item: SchemaNode): string {
    return `for (let i = 0; i < v.length; i++) { const x = v[i]; ${this.statement(item, "x")} }`;
  }

  private variantBody(node: VariantNode): string {
    const entries = Object.entries(node.variants);
    const names = this.text.constant(entries.map(([name]) => name));
    const cases = entries.map(([name, schema], index) => {
      const write = schema.kind === "unit" ? "" : `const x = v.value; ${this.statement(schema, "x")}`;
      return `case ${literal(name)}: { w.varint(${index}); ${write} return; }`;
    });
    return `switch (v === null || v === undefined ? undefined : v.type) { ${cases.join("\n")} }
      throw ${this.checks.variant}(${names}, v);`;
  }
}
