/**
 * Schema → table. What `recursive` stands for takes its place, so that it does not matter where a schema says it;
 * options of the writer are left out, so that the same data has one description.
 */

import { SchemaMismatchError } from "../errors.ts";
import { nodeOf, resolve, resolvePlaced, type SchemaNode } from "../schema/node.ts";
import { contentOf, hasEffect, type Order, orderOf, type Resolved, withoutNesting } from "./meaning.ts";
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
  collector.indexOf(contentOf(resolvePlaced(schema)), { user: -1, step: "", order: "none" });
  collector.run();
  return collector;
}

/** How a node was come to. */
interface Way {
  /** Index of the node that it is a part of; -1 for the root. */
  readonly user: number;
  readonly step: string;
  readonly order: Order;
}

class Collector implements Collected {
  readonly table: TableNode[] = [];
  private readonly pending: Resolved[] = [];
  private readonly indexes = { none: new Map<unknown, number>(), up: new Map(), down: new Map() };
  private readonly hidden = { none: new Map<Resolved, number>(), up: new Map(), down: new Map() };
  private readonly origins: Way[] = [];

  run(): void {
    for (let i = 0; i < this.pending.length; i++) {
      const schema = this.pending[i] as Resolved;
      // A hidden node is complete from the start.
      if (this.table[i] !== undefined) continue;
      const node = this.nodeFor(schema, i);
      this.table[i] = this.origins[i]?.order === "down" ? { ...node, isDescending: true } : node;
    }
  }

  /** The place of a resolved schema in the table. */
  indexOf(schema: Resolved, way: Way): number {
    const indexes = this.indexes[way.order];
    const identity = isPrimitive(schema.kind) ? schema.kind : schema;
    const known = indexes.get(identity);
    if (known !== undefined) return known;
    const index = this.add(schema, way);
    indexes.set(identity, index);
    return index;
  }

  pathOf(index: number): string {
    const steps: string[] = [];
    for (let at = index; at > 0 && steps.length < 40; at = (this.origins[at] as Way).user) {
      steps.push((this.origins[at] as Way).step);
    }
    return steps.reverse().join("").replace(/^\./, "");
  }

  private add(schema: Resolved, way: Way): number {
    const index = this.pending.push(schema) - 1;
    this.origins.push(way);
    if (index >= MAX_DESCRIPTION_NODES) throw tooMany(this.pathOf(index));
    return index;
  }

  private nodeFor(schema: Resolved, index: number): TableNode {
    const { kind } = schema;
    const { order } = this.origins[index] as Way;
    const part = (from: SchemaNode, step: string, around = order): number =>
      this.partOf(kind, from, { user: index, step, order: orderOf(from, around) });
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
        return { kind, parts: [this.indexOf(contentOf(schema), { user: index, step: ".inner", order: "none" })] };
      case "map":
      case "hashMap":
        return { kind, parts: [part(schema.key, ".key"), part(schema.value, ".value")] };
      case "sortedMap":
        return { kind, parts: [part(schema.key, ".key", "up"), part(schema.value, ".value")] };
      default:
        return { kind, parts: [] };
    }
  }

  private partOf(kind: Kind, schema: SchemaNode, way: Way): number {
    const target = this.targetOf(schema, way);
    const hides = schema.kind === "recursive" && hasEffect(kind, target.kind);
    return hides ? this.hiddenIndexOf(target, way) : this.indexOf(withoutNesting(target), way);
  }

  private targetOf(schema: SchemaNode, { user, step }: Way): Resolved {
    try {
      return resolve(nodeOf(schema));
    } catch (error) {
      if (!(error instanceof SchemaMismatchError) || error.path !== undefined) throw error;
      const path = (this.pathOf(user) + step).replace(/^\./, "");
      const { expected, actual } = error;
      throw new SchemaMismatchError(`${path}: ${error.message}`, { path, expected, actual, cause: error });
    }
  }

  private hiddenIndexOf(target: Resolved, way: Way): number {
    const hidden = this.hidden[way.order];
    const known = hidden.get(target);
    if (known !== undefined) return known;
    const index = this.add(target, way);
    hidden.set(target, index);
    const part = this.indexOf(withoutNesting(target), { user: index, step: "", order: way.order });
    this.table[index] = { kind: "recursive", parts: [part] };
    return index;
  }
}

function tooMany(path: string): SchemaMismatchError {
  return new SchemaMismatchError(
    `The schema has more than ${MAX_DESCRIPTION_NODES} parts. A function of recursive() has to give a schema that is made once, as in recursive(() => Tree), and not make a new one at each call.`,
    { expected: `at most ${MAX_DESCRIPTION_NODES} parts`, actual: "more", path },
  );
}
