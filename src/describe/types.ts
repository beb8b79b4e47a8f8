/** TypeScript types of the nodes of a table, for schemas that contain themselves: the compiler cannot infer those. */

import type { Plan } from "./plan.ts";
import { type Group, memberName, type Piece, quote } from "./print.ts";
import { isPlacement, type Kind, type Table, type TableNode } from "./table.ts";

const NUMBER_TYPES: Partial<Record<Kind, string>> = {
  ...{ u8: "number", u16: "number", u32: "number", i8: "number", i16: "number", i32: "number", uint: "number" },
  ...{ int: "number", f32: "number", f64: "number", u64: "bigint", u128: "bigint", i64: "bigint", i128: "bigint" },
  ...{ bool: "boolean", str: "string", char: "string", bytes: "Uint8Array", unit: "null" },
};

const ARRAY_TYPES: Partial<Record<Kind, string>> = {
  ...{ u8: "Uint8Array", u16: "Uint16Array", u32: "Uint32Array", u64: "BigUint64Array", i8: "Int8Array" },
  ...{ i16: "Int16Array", i32: "Int32Array", i64: "BigInt64Array", f32: "Float32Array", f64: "Float64Array" },
  ...{ uint: "Float64Array", int: "Float64Array" },
};

/** Writes types, and notes which names of the library they need. */
export class TypeSource {
  private readonly table: Table;
  private readonly plan: Plan;
  private readonly needed: Set<string>;

  constructor(table: Table, plan: Plan, needed: Set<string>) {
    this.table = table;
    this.plan = plan;
    this.needed = needed;
  }

  /** The declarations of the value and the mirror of a recursive node. */
  declarations(index: number): Piece[] {
    const { kind, names, parts } = this.node(index);
    const name = this.plan.names.get(index) as string;
    const mirror = this.plan.mirrors.get(index);
    if (kind !== "struct" || mirror === undefined) {
      const type = this.structure(index);
      // An alias of alternatives has a line for each where they do not fit into one.
      const listed = kind === "variant" && isGroup(type) ? { ...type, open: " ", lead: "| " } : [" ", type];
      return [[`export type ${name} =`, listed, ";"]];
    }
    const members = (names as readonly string[]).map((field, i) => [field, parts[i] as number] as const);
    return [
      body(
        `export interface ${name} {`,
        members.map(([field, part]) => [`${memberName(field)}: `, this.value(part)]),
      ),
      body(
        `export interface ${mirror} {`,
        members.map(([field, part]) => [`readonly ${memberName(field)}: `, this.field(part)]),
      ),
    ];
  }

  /** The type that a recursive node is declared with. */
  annotation(index: number): string {
    const mirror = this.plan.mirrors.get(index);
    return `${this.need("SchemaOf")}<${this.nameOf(index)}${mirror === undefined ? "" : `, ${mirror}`}>`;
  }

  private node(index: number): TableNode {
    return this.table[index] as TableNode;
  }

  /** The type of a recursive node. Maps of nothing but themselves have none: a placement is a handle as a field. */
  private nameOf(index: number): string {
    return isPlacement(this.node(index).kind) ? "unknown" : (this.plan.names.get(index) as string);
  }

  private need(name: string): string {
    this.needed.add(name);
    return name;
  }

  /** A plain value. */
  private value(index: number): Piece {
    if (this.plan.recursive.has(index)) return this.nameOf(index);
    const name = this.plan.names.get(index);
    if (name !== undefined && !this.plan.cyclic.has(index)) return `${this.need("Infer")}<typeof ${name}>`;
    return this.structure(index);
  }

  /** A plain value, written out. */
  private structure(index: number): Piece {
    const { kind, parts, names, element } = this.node(index);
    const [first, second] = parts as readonly [number, number];
    switch (kind) {
      case "typed":
        return ARRAY_TYPES[element as Kind] as string;
      case "vec":
      case "array":
        return listOf(this.value(first));
      case "tuple":
        return bracket(parts.map((part) => this.value(part)));
      case "set":
        return generic("Set", [this.value(first)]);
      case "option":
        return this.isNothing(first, index) ? "null" : [this.value(first), " | null"];
      case "map":
      case "hashMap":
      case "sortedMap":
        return generic("Map", [this.value(first), this.value(second)]);
      case "struct":
        return braces(parts.map((part, i) => [`${memberName(names?.[i] as string)}: `, this.value(part)]));
      case "variant":
        return alternatives(parts.map((part, i) => this.alternative(names?.[i] as string, part)));
      case "chunk":
      case "recursive":
        return this.value(first);
      default:
        return NUMBER_TYPES[kind] as string;
    }
  }

  /** An option of nothing but options of itself, of which no alias can be made. */
  private isNothing(part: number, option: number): boolean {
    const { kind, parts } = this.node(part);
    return part === option || (kind === "recursive" && this.isNothing(parts[0] as number, option));
  }

  private alternative(name: string, part: number): Piece {
    const type = `type: ${quote(name)}`;
    return this.node(part).kind === "unit" ? braces([type]) : braces([type, ["value: ", this.value(part)]]);
  }

  /** What stands in a struct's mirror. */
  private field(index: number): Piece {
    const { kind, parts } = this.node(index);
    switch (kind) {
      case "recursive":
        return this.field(parts[0] as number);
      case "chunk":
        return this.mirror(parts[0] as number);
      case "hashMap":
      case "sortedMap":
        return this.plan.recursive.has(index) ? this.value(index) : this.mirror(index);
      default:
        return this.value(index);
    }
  }

  /** What a chunk of a value is in the user's hands. */
  private mirror(index: number): Piece {
    const { kind, parts, names } = this.node(index);
    const [first, second] = parts as readonly [number, number];
    const mirror = this.plan.mirrors.get(index);
    if (mirror !== undefined) return mirror;
    if (this.plan.recursive.has(index)) return this.handle("Handle", [this.value(index)]);
    switch (kind) {
      case "struct":
        if (this.plan.names.has(index)) return `${this.need("Mirror")}<typeof ${this.plan.names.get(index)}>`;
        return braces(parts.map((part, i) => [`readonly ${memberName(names?.[i] as string)}: `, this.field(part)]));
      case "vec":
        return this.handle("VecHandle", [this.value(first), this.item(first)]);
      case "typed":
      case "bytes":
        return this.handle("TypedHandle", [this.value(index)]);
      case "map":
        return this.handle("MapHandle", [this.value(first), this.value(second)]);
      case "hashMap":
        return this.handle("MapHandle", [this.value(first), this.value(second), this.item(second)]);
      case "sortedMap":
        return this.handle("SortedMapHandle", [this.value(first), this.value(second), this.item(second)]);
      default:
        return this.handle("Handle", [this.value(index)]);
    }
  }

  /** What lazy access to an item gives. */
  private item(index: number): Piece {
    const { kind, parts } = this.node(index);
    if (kind === "recursive") return this.item(parts[0] as number);
    return kind === "struct" ? this.mirror(index) : this.value(index);
  }

  private handle(name: string, types: readonly Piece[]): Piece {
    return generic(this.need(name), types);
  }
}

function isGroup(piece: Piece): piece is Group {
  return typeof piece === "object" && !Array.isArray(piece);
}

function generic(name: string, types: readonly Piece[]): Piece {
  return { open: `${name}<`, items: types, close: ">", separator: ", ", pad: "", trail: "" };
}

function listOf(item: Piece): Piece {
  return typeof item === "string" && /^[\p{L}\p{Nd}_]+$/u.test(item) ? `${item}[]` : generic("Array", [item]);
}

function bracket(types: readonly Piece[]): Piece {
  return { open: "[", items: types, close: "]", separator: ", ", pad: "", trail: "," };
}

function braces(members: readonly Piece[]): Piece {
  return { open: "{", items: members, close: "}", separator: "; ", pad: " ", trail: ";" };
}

function body(open: string, members: readonly Piece[]): Piece {
  return { open, items: members, close: "}", separator: "; ", pad: " ", trail: ";", tall: true };
}

function alternatives(types: readonly Piece[]): Piece {
  return { open: "", items: types, close: "", separator: " | ", pad: "", trail: "" };
}
