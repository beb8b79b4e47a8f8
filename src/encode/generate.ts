/**
 * Step 2: values → payload bytes, as generated source. Twin of decode/generate.ts, and equal to closures.ts in every
 * byte and every refusal, which a property test holds.
 *
 * A function has the writer's slab, a view of it and the position in variables of its own, `b`, `d` and `p`, and stores integers, floats and flags
 * without a call. In front of such values it asks once for the room that all of them can take.
 */

import type { ByteWriter } from "../bytes/writer.ts";
import { literal, SourceText } from "../schema/generate.ts";
import { type InlineField, structLayout } from "../schema/layout.ts";
import { type ArrayNode, resolvePlaced, type SchemaNode, type StructNode, type VariantNode } from "../schema/node.ts";
import { type Encode, requireArray, requireMap, requireObject, requireSet, unknownVariant } from "./closures.ts";
import { BOUNDED_SOURCE, MAX_INLINE_WEIGHT, MAX_ROOM_BYTES, maxBytes, sourceWeight } from "./source.ts";
import { writeTyped } from "./typed.ts";

/** Compiles the encoder of an inline value of `schema`, placements ignored. */
export function generateEncoder(schema: SchemaNode): Encode {
  const generator = new EncoderSource();
  return generator.finish(generator.statement(schema, "v"));
}

/** Compiles the encoder of the inline fields of a struct. */
export function generateShallowEncoder(node: StructNode): Encode {
  const generator = new EncoderSource();
  return generator.finish(generator.members(structLayout(node).inline, "v"));
}

/** What a call leaves behind: the slab may be another one. */
const RELOAD = "b = w.bytes; d = w.view; p = w.position;";

class EncoderSource {
  private readonly text = new SourceText();
  private readonly names = new Map<SchemaNode, string>();
  private variables = 0;

  finish(body: string): Encode {
    const name = this.text.reserve();
    this.define(name, body);
    return this.text.compile<Encode>(name);
  }

  /** Source of a statement that writes `value`, the name of a variable. */
  statement(schema: SchemaNode, value: string): string {
    const most = maxBytes(schema);
    return most === undefined ? this.unbounded(schema, value) : `${room(most)} ${this.bounded(schema, value)}`;
  }

  /** Source that writes fields of the object `value` in their order. */
  members(fields: readonly InlineField[], value: string): string {
    const parts = fields.map(({ name, schema }) => ({ schema, value: `${value}[${literal(name)}]` }));
    return `${this.check(requireObject, value)}\n${this.sequence(parts)}`;
  }

  /** Values one behind the other; those whose size has a bound share one request for room. */
  private sequence(parts: readonly { readonly schema: SchemaNode; readonly value: string }[]): string {
    const lines: string[] = [];
    let paid = 0;
    parts.forEach((part, index) => {
      const most = maxBytes(part.schema);
      const value = this.variable();
      lines.push(`const ${value} = ${part.value};`);
      if (most === undefined) {
        lines.push(this.unbounded(part.schema, value));
        paid = 0;
        return;
      }
      if (paid < most) {
        paid = most;
        for (let i = index + 1; i < parts.length; i++) {
          const next = maxBytes((parts[i] as { schema: SchemaNode }).schema);
          if (next === undefined || paid + next > MAX_ROOM_BYTES) break;
          paid += next;
        }
        lines.push(room(paid));
      }
      lines.push(this.bounded(part.schema, value));
      paid -= most;
    });
    return lines.join("\n");
  }

  /** A value whose room has been asked for. */
  private bounded(schema: SchemaNode, value: string): string {
    switch (schema.kind) {
      case "option":
        return `if (${value} === null) b[p++] = 0; else { b[p++] = 1; ${this.bounded(schema.item, value)} }`;
      case "struct": {
        const parts = Object.entries(schema.fields).map(
          ([name, field]) => [field, `${value}[${literal(name)}]`] as const,
        );
        return `${this.check(requireObject, value)} ${this.boundedParts(parts)}`;
      }
      case "tuple": {
        const parts = schema.items.map((item, i) => [item, `${value}[${i}]`] as const);
        return `${this.check(requireArray, value, parts.length)} ${this.boundedParts(parts)}`;
      }
      case "array":
        return this.arrayItems(schema, value, (item) => this.bounded(schema.item, item));
      default:
        return (BOUNDED_SOURCE[schema.kind] as (value: string) => string)(value);
    }
  }

  private boundedParts(parts: readonly (readonly [SchemaNode, string])[]): string {
    const lines = parts.map(([schema, value]) => {
      const name = this.variable();
      return `const ${name} = ${value}; ${this.bounded(schema, name)}`;
    });
    return lines.join("\n");
  }

  private unbounded(schema: SchemaNode, value: string): string {
    switch (schema.kind) {
      case "chunk":
        return this.statement(schema.inner, value);
      case "typed":
        return this.call(
          this.text.constant((w: ByteWriter, v: unknown) => writeTyped(w, schema.element, v)),
          value,
        );
      case "bytes":
        return `w.position = p; w.byteString(${value}); ${RELOAD}`;
      case "str":
        return `w.position = p; w.str(${value}); ${RELOAD}`;
      case "recursive":
      case "variant":
        return this.call(this.functionFor(schema), value);
      default:
        return sourceWeight(schema) > MAX_INLINE_WEIGHT
          ? this.call(this.functionFor(schema), value)
          : this.body(schema, value);
    }
  }

  private call(name: string, value: string): string {
    return `w.position = p; ${name}(w, ${value}); ${RELOAD}`;
  }

  private functionFor(schema: SchemaNode): string {
    const known = this.names.get(schema);
    if (known !== undefined) return known;
    const name = this.text.reserve();
    this.names.set(schema, name);
    this.define(name, this.body(schema, "v"));
    return name;
  }

  private define(name: string, body: string): void {
    this.text.define(name, "w, v", `let b = w.bytes, d = w.view, p = w.position;\n${body}\nw.position = p;`);
  }

  private body(schema: SchemaNode, value: string): string {
    switch (schema.kind) {
      case "recursive":
        return `w.enter(); ${this.statement(resolvePlaced(schema), value)} w.leave();`;
      case "option":
        return `${room(1)} if (${value} === null) b[p++] = 0; else { b[p++] = 1; ${this.statement(schema.item, value)} }`;
      case "struct":
        return this.members(
          Object.entries(schema.fields).map(([name, field]) => ({ name, schema: field })),
          value,
        );
      case "variant":
        return this.variantBody(schema, value);
      case "vec":
        return `${this.check(requireArray, value)} ${this.length(`${value}.length`)} ${this.items(schema.item, value)}`;
      case "array":
        return this.arrayItems(schema, value, (item) => this.statement(schema.item, item));
      case "set":
        return `${this.check(requireSet, value)} ${this.length(`${value}.size`)} ${this.eachMember(schema.item, value)}`;
      case "tuple": {
        const parts = schema.items.map((item, i) => ({ schema: item, value: `${value}[${i}]` }));
        return `${this.check(requireArray, value, parts.length)}\n${this.sequence(parts)}`;
      }
      case "map":
      case "hashMap":
      case "sortedMap": {
        const [k, x] = [this.variable(), this.variable()];
        return `${this.check(requireMap, value)} ${this.length(`${value}.size`)}
          for (const [${k}, ${x}] of ${value}) { ${this.statement(schema.key, k)} ${this.statement(schema.value, x)} }`;
      }
      default:
        throw new TypeError(`No body for ${schema.kind}.`);
    }
  }

  private eachMember(item: SchemaNode, value: string): string {
    const x = this.variable();
    return `for (const ${x} of ${value}) { ${this.statement(item, x)} }`;
  }

  private items(item: SchemaNode, value: string): string {
    return this.loop(value, (x) => this.statement(item, x));
  }

  private arrayItems(schema: ArrayNode, value: string, write: (item: string) => string): string {
    return `${this.check(requireArray, value, schema.length)} ${this.loop(value, write)}`;
  }

  private loop(value: string, write: (item: string) => string): string {
    const [i, x] = [this.variable(), this.variable()];
    return `for (let ${i} = 0; ${i} < ${value}.length; ${i}++) { const ${x} = ${value}[${i}]; ${write(x)} }`;
  }

  private variantBody(node: VariantNode, value: string): string {
    const entries = Object.entries(node.variants);
    const names = this.text.constant(entries.map(([name]) => name));
    const cases = entries.map(([name, schema], index) => {
      const x = this.variable();
      const write = schema.kind === "unit" ? "" : `const ${x} = ${value}.value; ${this.statement(schema, x)}`;
      return `case ${literal(name)}: { const ${x}n = ${index}; ${count(`${x}n`)} ${write} break; }`;
    });
    return `switch (${value} === null || ${value} === undefined ? undefined : ${value}.type) { ${cases.join("\n")}
      default: throw ${this.text.constant(unknownVariant)}(${names}, ${value}); }`;
  }

  private length(value: string): string {
    const length = this.variable();
    return `const ${length} = ${value}; ${count(length)}`;
  }

  private variable(): string {
    return `v${this.variables++}`;
  }

  private check(require: (value: never, length?: number) => unknown, value: string, length?: number): string {
    return `${this.text.constant(require)}(${value}${length === undefined ? "" : `, ${length}`});`;
  }
}

/** Makes sure of room for so many bytes. */
function room(byteLength: number): string {
  return `if (p + ${byteLength} > b.length) { b = w.room(p, ${byteLength}); d = w.view; p = w.position; }`;
}

/** Writes a length or the number of a variant, which is most often short. */
function count(value: string): string {
  return `if (${value} < 251 && p < b.length) b[p++] = ${value}; else { w.position = p; w.varint(${value}); ${RELOAD} }`;
}
