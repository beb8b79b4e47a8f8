/** Table → schema, by the builders themselves, with `recursive` where a part leads back to what it is a part of. */

import { SchemaMismatchError } from "../errors.ts";
import { array, map, option, recursive, set, tuple, typed, variant, vec } from "../schema/composites.ts";
import { descending } from "../schema/descending.ts";
import type { PrimitiveKind, SchemaNode } from "../schema/node.ts";
import { chunk, hashMap } from "../schema/placement.ts";
import { sortedMap } from "../schema/sorted.ts";
import { struct } from "../schema/struct.ts";
import { isPlacement, isPrimitive, type Refuse, type Table, type TableNode } from "./table.ts";
import type { Walk } from "./walk.ts";

/**
 * Levels, and parts of a node that is used more than once, that stand in a schema without `recursive` in between.
 * Routines that compile schemas write such parts out at every use: doubled a few dozen times they would have no end.
 */
const MAX_PLAIN_HEIGHT = 16;
const MAX_PLAIN_SIZE = 64;

/** As in schema/primitives.ts, which has nothing to add: an app then carries those that it names. */
function primitive<Kind extends PrimitiveKind>(kind: Kind): { readonly kind: Kind } {
  return Object.freeze({ kind });
}

/** The schema of a table that has been checked. Nodes are shared where the table shares them. */
export function build(table: Table, { order }: Walk, refuse: Refuse): SchemaNode {
  return new Builder(table, refuse).run(order);
}

class Builder {
  private readonly table: Table;
  private readonly refuse: Refuse;
  /** Complete nodes. */
  private readonly nodes: (SchemaNode | undefined)[];
  /** The same as others refer to them. */
  private readonly references: (SchemaNode | undefined)[];
  private readonly copies: (SchemaNode | undefined)[];
  private readonly heights: Int32Array;
  private readonly sizes: Float64Array;
  private readonly uses: Int32Array;

  constructor(table: Table, refuse: Refuse) {
    this.table = table;
    this.refuse = refuse;
    this.nodes = new Array(table.length);
    this.references = new Array(table.length);
    this.copies = new Array(table.length);
    this.heights = new Int32Array(table.length);
    this.sizes = new Float64Array(table.length);
    this.uses = new Int32Array(table.length);
    for (const { parts } of table) for (const part of parts) this.uses[part] = (this.uses[part] as number) + 1;
  }

  run(order: readonly number[]): SchemaNode {
    for (const index of order) {
      const node = this.make(index);
      this.nodes[index] = node;
      this.references[index] = this.refer(index, node);
    }
    return this.nodes[0] as SchemaNode;
  }

  /** The node, or `recursive` around one that is too deep or too large to be written out at every use. */
  private refer(index: number, node: SchemaNode): SchemaNode {
    const { kind, parts } = this.table[index] as TableNode;
    let height = 0;
    let size = 1;
    for (const part of parts) {
      height = Math.max(height, (this.heights[part] as number) + 1);
      size += Math.max(1, this.sizes[part] as number);
    }
    const isLarge = height >= MAX_PLAIN_HEIGHT || (size >= MAX_PLAIN_SIZE && (this.uses[index] as number) > 1);
    // A placement behind recursive() is refused; what is inside of it is referred to in its place.
    const wraps = isLarge && !isPlacement(kind);
    this.heights[index] = wraps ? 0 : height;
    this.sizes[index] = wraps ? 1 : size;
    return wraps ? (recursive(() => node) as SchemaNode) : node;
  }

  private make(index: number): SchemaNode {
    const node = this.table[index] as TableNode;
    const { kind } = node;
    try {
      const made = isPrimitive(kind) ? primitive(kind) : this.compose(node);
      return node.isDescending ? descending(made) : made;
    } catch (error) {
      if (!(error instanceof SchemaMismatchError)) throw error;
      throw this.refuse(index, error.expected ?? `parts that ${kind}() takes`, error.actual ?? error.message, {
        cause: error,
      });
    }
  }

  private compose(node: TableNode): SchemaNode {
    const [first, second] = node.parts;
    const item = (): SchemaNode => this.part(first as number);
    const value = (): SchemaNode => this.part(second as number);
    return this.composed(node, item, value) as SchemaNode;
  }

  private composed(node: TableNode, item: () => SchemaNode, value: () => SchemaNode): unknown {
    switch (node.kind) {
      case "typed":
        return typed(primitive(node.element as NonNullable<TableNode["element"]>));
      case "vec":
        return vec(item());
      case "set":
        return set(item());
      case "option":
        return option(item());
      case "array":
        return array(item(), node.length as number);
      case "tuple":
        return tuple(node.parts.map((part) => this.part(part)));
      case "struct":
        return struct(this.named(node));
      case "variant":
        return variant(this.named(node));
      case "recursive": {
        const target = node.parts[0] as number;
        return recursive(() => this.nodes[target] as SchemaNode);
      }
      case "chunk":
        return chunk(item());
      case "map":
        return map(item(), value());
      case "hashMap":
        return hashMap(item(), value());
      case "sortedMap":
        return sortedMap(item(), value());
      default:
        throw new SchemaMismatchError(`Expected a kind with parts, found ${node.kind}.`);
    }
  }

  private named({ names, parts }: TableNode): Record<string, SchemaNode> {
    // fromEntries makes "__proto__" a field like any other, which the builder then refuses.
    return Object.fromEntries(parts.map((part, i) => [names?.[i], this.part(part)]));
  }

  private part(index: number): SchemaNode {
    return this.references[index] ?? this.back(index);
  }

  /** A node that is not complete: what is being made is a part of it. */
  private back(index: number): SchemaNode {
    if (!isPlacement((this.table[index] as TableNode).kind))
      return recursive(() => this.nodes[index] as SchemaNode) as SchemaNode;
    // What is inside of a placement is no placement, so the copy ends there.
    this.copies[index] ??= this.make(index);
    return this.copies[index] as SchemaNode;
  }
}
