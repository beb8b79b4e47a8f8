/**
 * Schema → table. What `recursive` stands for takes its place, so that it does not matter where a schema says it;
 * options of the writer are left out, so that the same data has one description.
 */

import { SchemaMismatchError } from "../errors.ts";
import { nodeOf, resolve, resolvePlaced, type SchemaNode } from "../schema/node.ts";
import { contentOf, hasEffect, type Resolved, withoutNesting } from "./meaning.ts";
import { isPrimitive, type Kind, MAX_DESCRIPTION_NODES, type TableNode } from "./table.ts";

/** The table of a schema, and how each node was come to first. */
export interface Collected {
  readonly table: readonly TableNode[];
  /** The path of a node in the schema, for messages: `players.value.level`; empty for the root. */
  pathOf(index: number): string;
}

/** The table of `schema`, breadth first; equal parts may stand in it several times. */
export function collect(schema: SchemaNode): Collected {
  const collector = new Collector();
  collector.indexOf(contentOf(resolvePlaced(schema)), -1, "");
  collector.run();
  return collector;
}

class Collector implements Collected {
  readonly table: TableNode[] = [];
  private readonly pending: Resolved[] = [];
  private readonly indexes = new Map<unknown, number>();
  private readonly hidden = new Map<Resolved, number>();
  private readonly origins: (readonly [user: number, step: string])[] = [];

  run(): void {
    for (let i = 0; i < this.pending.length; i++) {
      const schema = this.pending[i] as Resolved;
      // A hidden node is complete from the start.
      if (this.table[i] === undefined) this.table[i] = this.nodeFor(schema, i);
    }
  }

  /** The place of a resolved schema in the table. */
  indexOf(schema: Resolved, user: number, step: string): number {
    const identity = isPrimitive(schema.kind) ? schema.kind : schema;
    const known = this.indexes.get(identity);
    if (known !== undefined) return known;
    const index = this.add(schema, user, step);
    this.indexes.set(identity, index);
    return index;
  }

  pathOf(index: number): string {
    const steps: string[] = [];
    for (let at = index; at > 0 && steps.length < 40; at = (this.origins[at] as [number, string])[0]) {
      steps.push((this.origins[at] as [number, string])[1]);
    }
    return steps.reverse().join("").replace(/^\./, "");
  }

  private add(schema: Resolved, user: number, step: string): number {
    const index = this.pending.push(schema) - 1;
    this.origins.push([user, step]);
    if (index >= MAX_DESCRIPTION_NODES) throw tooMany(this.pathOf(index));
    return index;
  }

  private nodeFor(schema: Resolved, index: number): TableNode {
    const { kind } = schema;
    const part = (from: SchemaNode, step: string): number => this.partOf(kind, from, index, step);
    const named = (members: Readonly<Record<string, SchemaNode>>): Pick<TableNode, "parts" | "names"> => ({
      parts: Object.entries(members).map(([name, member]) => part(member, `.${name}`)),
      names: Object.keys(members),
    });
    switch (kind) {
      case "typed":
        return { kind, parts: [], element: schema.element };
      case "vec":
      case "set":
      case "option":
        return { kind, parts: [part(schema.item, ".item")] };
      case "array":
        return { kind, parts: [part(schema.item, ".item")], length: schema.length };
      case "tuple":
        return { kind, parts: schema.items.map((item, i) => part(item, `[${i}]`)) };
      case "struct":
        return { kind, ...named(schema.fields) };
      case "variant":
        return { kind, ...named(schema.variants) };
      case "chunk":
        return { kind, parts: [this.indexOf(contentOf(schema), index, ".inner")] };
      case "map":
      case "hashMap":
      case "sortedMap":
        return { kind, parts: [part(schema.key, ".key"), part(schema.value, ".value")] };
      default:
        return { kind, parts: [] };
    }
  }

  private partOf(user: Kind, schema: SchemaNode, index: number, step: string): number {
    const target = this.targetOf(schema, index, step);
    const hides = schema.kind === "recursive" && hasEffect(user, target.kind);
    return hides ? this.hiddenIndexOf(target, index, step) : this.indexOf(withoutNesting(target), index, step);
  }

  private targetOf(schema: SchemaNode, user: number, step: string): Resolved {
    try {
      return resolve(nodeOf(schema));
    } catch (error) {
      if (!(error instanceof SchemaMismatchError) || error.path !== undefined) throw error;
      const path = (this.pathOf(user) + step).replace(/^\./, "");
      const { expected, actual } = error;
      throw new SchemaMismatchError(`${path}: ${error.message}`, { path, expected, actual, cause: error });
    }
  }

  private hiddenIndexOf(target: Resolved, user: number, step: string): number {
    const known = this.hidden.get(target);
    if (known !== undefined) return known;
    const index = this.add(target, user, step);
    this.hidden.set(target, index);
    this.table[index] = { kind: "recursive", parts: [this.indexOf(withoutNesting(target), index, "")] };
    return index;
  }
}

function tooMany(path: string): SchemaMismatchError {
  return new SchemaMismatchError(
    `The schema has more than ${MAX_DESCRIPTION_NODES} parts. A function of recursive() has to give a schema that is made once, as in recursive(() => Tree), and not make a new one at each call.`,
    { expected: `at most ${MAX_DESCRIPTION_NODES} parts`, actual: "more", path },
  );
}
