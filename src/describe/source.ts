/**
 * Schema → TypeScript source that makes it, for those who have a file and no schema. Names of a file enter the text
 * escaped.
 */

import { InvalidOptionError } from "../errors.ts";
import type { SchemaNode } from "../schema/node.ts";
import { tableOf } from "./describe.ts";
import { type Plan, planOf, TAKEN_NAMES } from "./plan.ts";
import { call, callWithList, callWithMembers, memberName, type Piece, print, quote } from "./print.ts";
import { isPlacement, type Kind, type Table, type TableNode } from "./table.ts";
import { TypeSource } from "./types.ts";

/** Options of {@link schemaSource}. */
export interface SchemaSourceOptions {
  /** What the schema is called: a capital letter, then letters, digits and underscores of ASCII. Default: "Schema". */
  readonly name?: string | undefined;
  /** What the builders are imported from. Default: "parcode-web". */
  readonly module?: string | undefined;
}

/**
 * TypeScript source of a module that exports `schema` and the parts it is made of. Compiles under `strict`, and makes a
 * schema with the same description. What several parts have in common is declared once, named after where it is first
 * used; what contains itself is declared with its type. Codecs and sizes of shards and buckets are left out, as in
 * descriptions.
 * @throws {SchemaMismatchError} The schema has no description; see describeSchema. @throws {InvalidOptionError}
 */
export function schemaSource(schema: SchemaNode, options: SchemaSourceOptions = {}): string {
  const { name = "Schema", module = "parcode-web" } = options;
  if (!/^[A-Z][A-Za-z0-9_]*$/.test(name) || TAKEN_NAMES.includes(name)) {
    throw new InvalidOptionError(
      `name must be a capital letter and then letters, digits and underscores, and no name of a type such as Map, found ${JSON.stringify(name)}.`,
      { option: "name", expected: "a name of a type", actual: name },
    );
  }
  const table = tableOf(schema);
  return new ModuleSource(table, planOf(table, name)).text(module);
}

class ModuleSource {
  private readonly table: Table;
  private readonly plan: Plan;
  private readonly builders = new Set<string>();
  private readonly typeNames = new Set<string>();
  private readonly types: TypeSource;
  private readonly declared = new Set<number>();

  constructor(table: Table, plan: Plan) {
    this.table = table;
    this.plan = plan;
    this.types = new TypeSource(table, plan, this.typeNames);
  }

  text(module: string): string {
    const pieces: Piece[] = [];
    for (const index of this.plan.order) {
      if (this.plan.recursive.has(index) && !isPlacement(this.node(index).kind)) {
        pieces.push(...this.types.declarations(index));
      }
    }
    for (const index of this.plan.order) pieces.push(this.declaration(index));
    const parts = [print(this.imports(module)), ...pieces.map((piece) => print(piece))];
    return `${parts.join("\n\n")}\n`;
  }

  private node(index: number): TableNode {
    return this.table[index] as TableNode;
  }

  private imports(module: string): Piece {
    const names = [
      ...[...this.builders].map((name) => [name, name]),
      ...[...this.typeNames].map((name) => [name, `type ${name}`]),
    ];
    const sorted = (names as [string, string][]).sort(([a], [b]) => compareNames(a, b)).map(([, text]) => text);
    const list = { open: "import {", items: sorted, close: "}", separator: ", ", pad: " ", trail: "," };
    return [list, ` from ${quote(module)};`];
  }

  private declaration(index: number): Piece {
    const name = this.plan.names.get(index) as string;
    const type = this.plan.recursive.has(index) ? `: ${this.types.annotation(index)}` : "";
    const piece = this.composed(index);
    this.declared.add(index);
    return [`export const ${name}${type} = `, piece, ";"];
  }

  /** The expression that stands for a node where it is a part of another. */
  private reference(index: number): Piece {
    const name = this.plan.names.get(index);
    if (name === undefined) return this.composed(index);
    if (this.declared.has(index)) return name;
    // Behind recursive() a placement is refused, so it is written out again.
    return isPlacement(this.node(index).kind) ? this.composed(index) : this.deferred(name);
  }

  private deferred(name: string): Piece {
    return `${this.builder("recursive")}(() => ${name})`;
  }

  private composed(index: number): Piece {
    const piece = this.undirected(index);
    return this.node(index).isDescending ? callOf(this.builder("descending"), [piece]) : piece;
  }

  /** The expression, whichever way its values are ordered. */
  private undirected(index: number): Piece {
    const { kind, parts, names, length, element } = this.node(index);
    const [first] = parts;
    if (kind === "recursive") return this.deferred(this.plan.names.get(first as number) ?? this.plain(first as number));
    const name = this.builder(kind);
    const items = parts.map((part) => this.reference(part));
    switch (kind) {
      case "typed":
        return `${name}(${this.builder(element as Kind)})`;
      case "tuple":
        return callWithList(name, items);
      case "struct":
      case "variant":
        return callWithMembers(
          name,
          items.map((item, i) => [`${memberName(names?.[i] as string)}: `, item]),
        );
      case "array":
        return callOf(name, [...items, String(length)]);
      case "vec":
      case "set":
      case "option":
      case "chunk":
      case "map":
      case "hashMap":
      case "sortedMap":
        return callOf(name, items);
      default:
        return name;
    }
  }

  /** A kind without parts. */
  private plain(index: number): string {
    const { kind, isDescending } = this.node(index);
    const name = this.builder(kind);
    return isDescending ? `${this.builder("descending")}(${name})` : name;
  }

  private builder(name: string): string {
    this.builders.add(name);
    return name;
  }
}

/** The formatter gives a line to each of several arguments where one of them takes a function. */
function callOf(name: string, items: readonly Piece[]): Piece {
  const takesFunction = items.some((item) => typeof item === "string" && item.startsWith("recursive("));
  return call(name, items, items.length > 1 && takesFunction);
}

/** As the formatter sorts imports: letters first by their small form, numbers by value. */
function compareNames(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true, sensitivity: "base" }) || (a < b ? -1 : 1);
}
