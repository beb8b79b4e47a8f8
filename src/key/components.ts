/**
 * Parts of a key that are made of parts, as a tree of closures made once per schema. In: a schema, and whether anything of the key
 * follows. Out: the component that writes its values in their order.
 */

import { mismatch } from "../bytes/writer.ts";
import { prefixPath, SchemaMismatchError } from "../errors.ts";
import type { SchemaNode, VariantNode } from "../schema/node.ts";
import { ascending, isDescending, nextOf } from "../schema/order.ts";
import { memberText, structText, variantText } from "../schema/path.ts";
import { type Component, primitiveComponent } from "./primitives.ts";
import { unroll } from "./unroll.ts";

/** In front of each item of a list; its end is the byte before. */
const ITEM = 1;
const NO_ITEM = 0;

const inside = new WeakMap<SchemaNode, Component>();
const last = new WeakMap<SchemaNode, Component>();

/** The component for `schema`. `isLast`: it ends the key, so that text and lists need no end of their own. */
export function componentOf(schema: SchemaNode, isLast: boolean): Component {
  const known = (isLast ? last : inside).get(schema);
  if (known !== undefined) return known;
  const component = isDescending(schema)
    ? descendingComponent(componentOf(ascending(schema), false))
    : makeComponent(schema, isLast);
  (isLast ? last : inside).set(schema, component);
  return component;
}

function makeComponent(node: SchemaNode, isLast: boolean): Component {
  switch (node.kind) {
    case "recursive":
      return recursiveComponent(() => componentOf(nextOf(node), isLast));
    case "tuple":
      return rowComponent(node.items.map((item, i) => componentOf(item, isLast && i === node.items.length - 1)));
    case "struct":
      return structComponent(Object.entries(node.fields), isLast);
    case "option":
      return optionComponent(componentOf(node.item, isLast));
    case "variant":
      return variantComponent(node, isLast);
    case "vec":
      return isLast ? lastListComponent(componentOf(node.item, false)) : listComponent(componentOf(node.item, false));
    case "array":
      return arrayComponent(componentOf(node.item, false), componentOf(node.item, isLast), node.length);
    case "typed":
    case "set":
    case "map":
    case "hashMap":
    case "sortedMap":
    case "chunk":
      throw unordered(node.kind);
    default:
      return primitiveComponent(node.kind, isLast);
  }
}

function unordered(kind: string): SchemaMismatchError {
  return new SchemaMismatchError(
    `A key cannot have a part of type ${kind}: it has no order. Use numbers, text, bytes, or tuples, structs, vecs, options and variants of them.`,
    { expected: "a schema with an order", actual: kind },
  );
}

/** Inverted bytes are in the opposite order, as long as none is the start of another: so nothing in it is last. */
function descendingComponent(inner: Component): Component {
  const { writeOpen } = inner;
  return {
    size: inner.size,
    write: (w, value) => {
      const start = w.position;
      inner.write(w, value);
      w.invertFrom(start);
    },
    read: (r) => {
      r.turn();
      const value = inner.read(r);
      r.turn();
      return value;
    },
    ...(writeOpen && {
      writeOpen: (w, value) => {
        const start = w.position;
        writeOpen(w, value);
        w.invertFrom(start);
      },
    }),
  };
}

function recursiveComponent(target: () => Component): Component {
  return {
    size: (value) => target().size(value),
    write: (w, value) => {
      w.enter();
      target().write(w, value);
      w.leave();
    },
    read: (r) => {
      r.enter();
      const value = target().read(r);
      r.leave();
      return value;
    },
  };
}

/** An array whose length the schema knows. */
export function requireRow(value: unknown, length: number): asserts value is readonly never[] {
  if (!Array.isArray(value) || value.length !== length) throw mismatch(`an array of ${length}`, value);
}

function rowComponent(parts: readonly Component[]): Component {
  const { length } = parts;
  const unrolled = unroll(parts, undefined);
  const fail = (i: number, error: unknown): unknown => prefixPath(`[${i}]`, error);
  return {
    size: (value: readonly never[]) => {
      requireRow(value, length);
      let total = 0;
      for (let i = 0; i < length; i++) total += (parts[i] as Component).size(value[i] as never);
      return total;
    },
    write: (w, value: readonly never[]) => {
      requireRow(value, length);
      if (unrolled !== undefined) return unrolled.write(w, value, fail);
      let i = 0;
      try {
        for (; i < length; i++) (parts[i] as Component).write(w, value[i] as never);
      } catch (error) {
        throw fail(i, error);
      }
    },
    read: unrolled?.read ?? ((r) => parts.map((part) => part.read(r))),
  };
}

function structComponent(fields: readonly (readonly [string, SchemaNode])[], isLast: boolean): Component {
  const names = fields.map(([name]) => name);
  const parts = fields.map(([, field], i) => componentOf(field, isLast && i === fields.length - 1));
  const unrolled = unroll(parts, names);
  const fail = (i: number, error: unknown): unknown => prefixPath(memberText(names[i] as string), error);
  const requireStruct = (value: unknown): void => {
    if (typeof value !== "object" || value === null) throw mismatch(structText(names), value);
  };
  return {
    size: (value: Readonly<Record<string, never>>) => {
      requireStruct(value);
      let total = 0;
      for (let i = 0; i < parts.length; i++) total += (parts[i] as Component).size(value[names[i] as string] as never);
      return total;
    },
    write: (w, value: Readonly<Record<string, never>>) => {
      requireStruct(value);
      if (unrolled !== undefined) return unrolled.write(w, value, fail);
      let i = 0;
      try {
        for (; i < parts.length; i++) (parts[i] as Component).write(w, value[names[i] as string] as never);
      } catch (error) {
        throw fail(i, error);
      }
    },
    read: unrolled?.read ?? ((r) => readFields(r, names, parts)),
  };
}

function readFields(
  r: Parameters<Component["read"]>[0],
  names: readonly string[],
  parts: readonly Component[],
): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (let i = 0; i < parts.length; i++) value[names[i] as string] = (parts[i] as Component).read(r);
  return value;
}

function optionComponent(item: Component): Component {
  return {
    size: (value: never) => (value === null ? 1 : 1 + item.size(value)),
    write: (w, value: never) => {
      w.u8(value === null ? 0 : 1);
      if (value !== null) item.write(w, value);
    },
    read: (r) => (r.flag("an option's tag") ? item.read(r) : null),
  };
}

interface Tagged {
  readonly type: string;
  readonly value: never;
}

function variantComponent({ variants }: VariantNode, isLast: boolean): Component {
  const names = Object.keys(variants);
  const parts = Object.values(variants).map((part) => (part.kind === "unit" ? undefined : componentOf(part, isLast)));
  const indexOf = (value: Tagged): number => {
    const index = names.indexOf(value?.type);
    if (index < 0) throw mismatch(variantText(names), value);
    return index;
  };
  return {
    size: (value: Tagged) => {
      const index = indexOf(value);
      const tag = index < 0xfb ? 1 : index < 0x1_0000 ? 3 : 5;
      return tag + (parts[index]?.size(value.value) ?? 0);
    },
    write: (w, value: Tagged) => {
      const index = indexOf(value);
      w.variant(index);
      try {
        parts[index]?.write(w, value.value);
      } catch (error) {
        throw prefixPath(".value", error);
      }
    },
    read: (r) => {
      const index = r.variant(names.length);
      const type = names[index] as string;
      const part = parts[index];
      return part === undefined ? { type } : { type, value: part.read(r) };
    },
  };
}

function requireList(value: unknown): asserts value is readonly never[] {
  if (!Array.isArray(value)) throw mismatch("an array", value);
}

function listComponent(item: Component): Component {
  const open = lastListComponent(item);
  return {
    size: (value) => open.size(value) + 1,
    write: (w, value) => {
      open.write(w, value);
      w.u8(NO_ITEM);
    },
    read: (r) => {
      const items: unknown[] = [];
      while (r.flag("what follows in a list")) items.push(item.read(r));
      return items;
    },
  };
}

/** At the end of the key: the shorter of two comes first anyway. */
function lastListComponent(item: Component): Component {
  const write = (w: Parameters<Component["write"]>[0], value: readonly never[]): void => {
    requireList(value);
    let i = 0;
    try {
      for (; i < value.length; i++) {
        w.u8(ITEM);
        item.write(w, value[i] as never);
      }
    } catch (error) {
      throw prefixPath(`[${i}]`, error);
    }
  };
  return {
    size: (value: readonly never[]) => {
      requireList(value);
      let total = value.length;
      for (let i = 0; i < value.length; i++) total += item.size(value[i] as never);
      return total;
    },
    write,
    read: (r) => {
      const items: unknown[] = [];
      while (r.remaining > 0) {
        if (!r.flag("what follows in a list")) {
          throw r.fail("NotCanonical", "no end of a list that ends the key", "one", r.position - 1);
        }
        items.push(item.read(r));
      }
      return items;
    },
  };
}

function arrayComponent(item: Component, lastItem: Component, length: number): Component {
  const itemAt = (i: number): Component => (i === length - 1 ? lastItem : item);
  return {
    size: (value: readonly never[]) => {
      requireRow(value, length);
      let total = 0;
      for (let i = 0; i < length; i++) total += itemAt(i).size(value[i] as never);
      return total;
    },
    write: (w, value: readonly never[]) => {
      requireRow(value, length);
      let i = 0;
      try {
        for (; i < length; i++) itemAt(i).write(w, value[i] as never);
      } catch (error) {
        throw prefixPath(`[${i}]`, error);
      }
    },
    read: (r) => {
      const items: unknown[] = [];
      for (let i = 0; i < length; i++) {
        const start = r.position;
        items.push(itemAt(i).read(r));
        r.countItem(start);
      }
      return items;
    },
  };
}
