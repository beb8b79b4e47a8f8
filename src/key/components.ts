/**
 * Parts of a key that are made of parts, as a tree of closures made once per schema. In: a schema, and whether anything of the key
 * follows. Out: the component that writes its values in their order.
 */

import { mismatch } from "../bytes/mismatch.ts";
import { prefixPath, SchemaMismatchError } from "../errors.ts";
import { ascending, nextOf } from "../schema/descending.ts";
import type { SchemaNode, VariantNode } from "../schema/node.ts";
import { isDescending } from "../schema/order.ts";
import { memberText } from "../schema/path.ts";
import { structText, variantText } from "../schema/value-text.ts";
import { type Component, roomOf } from "./component.ts";
import { primitiveComponent } from "./primitives.ts";
import { type Rows, rowsOf } from "./unroll.ts";
import { MARKER_U16 } from "./writer.ts";

/** In front of each item of a list; its end is the byte before. */
const ITEM = 1;
const NO_ITEM = 0;

const inside = new WeakMap<SchemaNode, Component>();
const last = new WeakMap<SchemaNode, Component>();

/** The component for `schema`. `isLast`: it ends the key, so that text and lists need no end of their own. */
export function componentOf(schema: SchemaNode, isLast: boolean): Component {
  const all = isLast ? last : inside;
  let component = all.get(schema);
  if (component === undefined) {
    component = isDescending(schema)
      ? descendingComponent(componentOf(ascending(schema), false))
      : makeComponent(schema, isLast);
    all.set(schema, component);
  }
  return component;
}

function makeComponent(node: SchemaNode, isLast: boolean): Component {
  switch (node.kind) {
    case "recursive":
      return recursiveComponent(() => componentOf(nextOf(node), isLast));
    case "tuple":
      return rowComponent(node.items, undefined, isLast);
    case "struct":
      return rowComponent(Object.values(node.fields), Object.keys(node.fields), isLast);
    case "option":
      return optionComponent(componentOf(node.item, isLast));
    case "variant":
      return variantComponent(node, isLast);
    case "vec":
      return listComponent(componentOf(node.item, false), isLast);
    case "array":
      return arrayComponent(componentOf(node.item, false), componentOf(node.item, isLast), node.length);
    default: {
      const component = primitiveComponent(node.kind, isLast);
      if (component === undefined) throw unordered(node.kind);
      return component;
    }
  }
}

function unordered(kind: string): SchemaMismatchError {
  return new SchemaMismatchError(
    `A key cannot have a part of type ${kind}: it has no order. Use numbers, text, bytes, or tuples, structs, vecs, options and variants of them.`,
    { expected: "a schema with an order", actual: kind },
  );
}

type Write = Component["write"];

/** Inverted bytes are in the opposite order, as long as none is the start of another: so nothing in it is last. */
function descendingComponent({ room, write, read, writeOpen }: Component): Component {
  const inverted =
    (writeUp: Write): Write =>
    (w, value) => {
      const start = w.position;
      writeUp(w, value);
      w.invertFrom(start);
    };
  return {
    room,
    write: inverted(write),
    read: (r) => {
      r.turn();
      const value = read(r);
      r.turn();
      return value;
    },
    writeOpen: writeOpen && inverted(writeOpen),
  };
}

function recursiveComponent(target: () => Component): Component {
  return {
    // Looked at when it is written: until then it may have no end.
    room: () => 0,
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

/** A tuple, or a struct of these names. */
function rowComponent(
  schemas: readonly SchemaNode[],
  names: readonly string[] | undefined,
  isLast: boolean,
): Component {
  const { length } = schemas;
  const parts = schemas.map((each, i) => componentOf(each, isLast && i === length - 1));
  const fits = (value: unknown): boolean =>
    names === undefined ? Array.isArray(value) && value.length === length : typeof value === "object" && value !== null;
  const fail = (i: number, error: unknown): unknown =>
    prefixPath(names === undefined ? `[${i}]` : memberText(names[i] as string), error);
  const { room, write, read }: Rows = rowsOf(parts, names);
  return {
    room: typeof room === "number" ? room : (value) => (fits(value) ? room(value) : 0),
    write: (w, value: never) => {
      if (!fits(value)) throw mismatch(names === undefined ? `an array of ${length}` : structText(names), value);
      write(w, value, fail);
    },
    read,
  };
}

function optionComponent(item: Component): Component {
  return {
    room: (value: never) => (value === null ? 1 : 1 + roomOf(item, value)),
    write: (w, value: never) => {
      w.integer(value === null ? 0 : 1, 1);
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
  return {
    room: (value: Tagged) => {
      const index = names.indexOf(value?.type);
      const part = parts[index];
      return (index < MARKER_U16 ? 1 : 3) + (part === undefined ? 0 : roomOf(part, value.value));
    },
    write: (w, value: Tagged) => {
      const index = names.indexOf(value?.type);
      if (index < 0) throw mismatch(variantText(names), value);
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

/** Each item behind a byte, and another byte at the end; none at the end of the key, since the shorter of two comes first anyway. */
function listComponent(item: Component, isLast: boolean): Component {
  return {
    room: (value: readonly never[]) => sumOf(item, value, 1) + (isLast ? 0 : 1),
    write: (w, value: readonly never[]) => {
      if (!Array.isArray(value)) throw mismatch("an array", value);
      writeItems(value, (each) => {
        w.integer(ITEM, 1);
        item.write(w, each);
      });
      if (!isLast) w.integer(NO_ITEM, 1);
    },
    read: (r) => {
      const items: unknown[] = [];
      while (!isLast || r.remaining > 0) {
        if (r.flag("what follows in a list")) items.push(item.read(r));
        else if (isLast) throw r.fail("NotCanonical", "no end of a list that ends the key", "one", 1);
        else break;
      }
      return items;
    },
  };
}

function arrayComponent(item: Component, lastItem: Component, length: number): Component {
  const itemAt = (i: number): Component => (i === length - 1 ? lastItem : item);
  return {
    room: (value: readonly never[]) => sumOf(item, value, 0),
    write: (w, value: readonly never[]) => {
      if (!Array.isArray(value) || value.length !== length) throw mismatch(`an array of ${length}`, value);
      writeItems(value, (each, i) => itemAt(i).write(w, each));
    },
    read: (r) => {
      const items: unknown[] = [];
      while (items.length < length) {
        const start = r.position;
        items.push(itemAt(items.length).read(r));
        r.countItem(start);
      }
      return items;
    },
  };
}

/** The room of all items, with so much more for each. */
function sumOf(item: Component, value: readonly never[], more: number): number {
  let total = 0;
  if (Array.isArray(value)) for (const each of value) total += roomOf(item, each) + more;
  return total;
}

function writeItems(items: readonly never[], write: (item: never, index: number) => void): void {
  let i = 0;
  try {
    for (; i < items.length; i++) write(items[i] as never, i);
  } catch (error) {
    throw prefixPath(`[${i}]`, error);
  }
}
