/**
 * Whether a file's description is that of a schema. In: both. Out: yes or no. Small and quick, since every reader does it: the
 * two are walked side by side, and nothing is described. What is wrong with a description is for those to say who read it.
 */

import { ByteReader } from "../bytes/reader.ts";
import { ParcodeError } from "../errors.ts";
import { resolve, resolvePlaced, type SchemaNode } from "../schema/node.ts";
import { DESCRIPTION_VERSION } from "./bytes.ts";
import { contentOf, hasEffect, type Order, orderOf, type Resolved, withoutNesting } from "./meaning.ts";
import { DESCENDING, KIND_NUMBERS, MAX_DESCRIPTION_NODES } from "./table.ts";

/** The description that a schema was found to have, so that it is found but once. */
const agreed = new WeakMap<SchemaNode, Uint8Array>();

/** Whether `description` says what `schema` says. False if it is no description, too. */
export function isDescribedBy(schema: SchemaNode, description: Uint8Array): boolean {
  const known = agreed.get(schema);
  if (known !== undefined && isSame(known, description)) return true;
  let agrees: boolean;
  try {
    agrees = new Comparison(description).run(schema);
  } catch (error) {
    if (!(error instanceof ParcodeError)) throw error;
    agrees = false;
  }
  if (agrees) agreed.set(schema, description.slice());
  return agrees;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** For each node of a description and each order, the schemas that were compared with it. */
type Seen = (Set<SchemaNode> | undefined)[];

const ORDERS: { readonly [Name in Order]: number } = { none: 0, up: 1, down: 2 };

class Comparison {
  private readonly reader: ByteReader;
  private readonly kinds: number[] = [];
  private readonly bodies: number[] = [];
  private readonly seen: Seen = [];
  private readonly pending: (readonly [index: number, schema: Resolved, order: Order])[] = [];

  constructor(description: Uint8Array) {
    this.reader = new ByteReader(description);
  }

  run(schema: SchemaNode): boolean {
    const { reader, kinds, bodies, pending, seen } = this;
    if (reader.u32() !== DESCRIPTION_VERSION) return false;
    const count = reader.u32();
    if (count > MAX_DESCRIPTION_NODES) return false;
    while (kinds.length < count) {
      kinds.push(reader.u32());
      const size = reader.length(1);
      bodies.push(reader.position);
      reader.position += size;
    }
    pending.push([0, schema.kind === "struct" ? schema : contentOf(resolvePlaced(schema)), "none"]);
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const [index, node, order] = next;
      if (kinds[index] !== KIND_NUMBERS[node.kind] + (order === "down" ? DESCENDING : 0)) return false;
      const place = index * 3 + ORDERS[order];
      let compared = seen[place];
      if (compared?.has(node)) continue;
      compared ??= seen[place] = new Set();
      compared.add(node);
      reader.position = bodies[index] as number;
      if (!this.hasBody(node, order)) return false;
    }
    return true;
  }

  /** Compares what stands in the body of a node, and notes its parts. */
  private hasBody(node: Resolved, order: Order): boolean {
    const { reader } = this;
    switch (node.kind) {
      case "typed":
        return reader.u32() === KIND_NUMBERS[node.element];
      case "vec":
      case "set":
      case "option":
        return this.hasPart(node, node.item, order);
      case "array":
        return this.hasPart(node, node.item, order) && reader.u32() === node.length;
      case "tuple":
        return reader.u32() === node.items.length && node.items.every((item) => this.hasPart(node, item, order));
      case "struct":
        return this.hasMembers(node, node.fields, order);
      case "variant":
        return this.hasMembers(node, node.variants, order);
      case "chunk":
        return this.add(contentOf(node), "none");
      case "map":
      case "hashMap":
        return this.hasPart(node, node.key, order) && this.hasPart(node, node.value, order);
      case "sortedMap":
        return this.hasPart(node, node.key, "up") && this.hasPart(node, node.value, order);
      default:
        return true;
    }
  }

  private hasMembers(node: Resolved, members: Readonly<Record<string, SchemaNode>>, order: Order): boolean {
    const { reader } = this;
    const names = Object.keys(members);
    if (reader.u32() !== names.length) return false;
    for (const name of names) {
      if (!reader.skipText(name) && reader.str() !== name) return false;
      if (!this.hasPart(node, members[name] as SchemaNode, order)) return false;
    }
    return true;
  }

  private hasPart(user: Resolved, part: SchemaNode, around: Order): boolean {
    const order = around === "none" ? around : orderOf(part, around);
    if (part.kind !== "recursive") return this.add(part, order);
    const target = resolve(part);
    if (!hasEffect(user.kind, target.kind)) return this.add(target, order);
    // A node of its own, which hides what it stands for.
    const { reader } = this;
    const index = reader.u32();
    if (this.kinds[index] !== KIND_NUMBERS.recursive) return false;
    const after = reader.position;
    reader.position = this.bodies[index] as number;
    const added = this.add(target, order);
    reader.position = after;
    return added;
  }

  /** Notes a part to be compared with the node whose index stands here; what has no body is compared at once. */
  private add(schema: Resolved, order: Order): boolean {
    const index = this.reader.u32();
    const kind = this.kinds[index];
    const number = KIND_NUMBERS[schema.kind];
    if (number < KIND_NUMBERS.typed) return kind === number + (order === "down" ? DESCENDING : 0);
    if (kind === undefined) return false;
    this.pending.push([index, schema.kind === "chunk" ? withoutNesting(schema) : schema, order]);
    return true;
  }
}
