/**
 * Whether two values are the same, as a schema sees it: NaN equals NaN, −0 is not 0, classes of typed arrays count, an
 * object has the fields of its struct in their order. A map's order counts only where the schema keeps it.
 */
import fc from "fast-check";
import { contentOf } from "../../src/schema/layout.ts";
import { resolve, type SchemaNode } from "../../src/schema/node.ts";
import { contentText } from "./arbitrary-values.ts";

/** Marks a map that is read from one whose order is nobody's. */
export const ANY_ORDER = Symbol("any order");

/** The first difference, or undefined. */
export function difference(schema: SchemaNode, actual: unknown, expected: unknown, path = "value"): string | undefined {
  const node = contentOf(resolve(schema)).content;
  switch (node.kind) {
    case "typed":
    case "bytes":
      return sameArrays(actual, expected, path);
    case "vec":
    case "array":
      return lists(() => node.item, actual, expected, path);
    case "tuple":
      return lists((i) => node.items[i] as SchemaNode, actual, expected, path);
    case "set":
      if (!(actual instanceof Set)) return differ(actual, expected, path);
      return lists(() => node.item, [...actual], [...(expected as Set<unknown>)], path);
    case "option":
      return actual === null || expected === null
        ? same(actual, expected, path)
        : difference(node.item, actual, expected, path);
    case "struct":
      return structs(node.fields, actual, expected, path);
    case "variant":
      return variants(node.variants, actual, expected, path);
    case "map":
    case "hashMap":
    case "sortedMap":
      return maps(node, actual, expected, path);
    default:
      return same(actual, expected, path);
  }
}

function same(actual: unknown, expected: unknown, path: string): string | undefined {
  return Object.is(actual, expected) ? undefined : differ(actual, expected, path);
}

function differ(actual: unknown, expected: unknown, path: string): string {
  return `${path} is ${fc.stringify(actual)} instead of ${fc.stringify(expected)}`;
}

function lists(
  item: (index: number) => SchemaNode,
  actual: unknown,
  expected: unknown,
  path: string,
): string | undefined {
  const wanted = expected as readonly unknown[];
  if (!Array.isArray(actual) || actual.length !== wanted.length) return differ(actual, expected, path);
  return first(wanted.length, (i) => difference(item(i), actual[i], wanted[i], `${path}[${i}]`));
}

function first(count: number, at: (index: number) => string | undefined): string | undefined {
  for (let i = 0; i < count; i++) {
    const found = at(i);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sameArrays(actual: unknown, expected: unknown, path: string): string | undefined {
  const wanted = expected as Uint8Array;
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return differ(actual, expected, path);
  const found = actual as Uint8Array;
  if (found.length !== wanted.length) return differ(actual, expected, path);
  return first(wanted.length, (i) => same(found[i], wanted[i], `${path}[${i}]`));
}

function structs(
  fields: Readonly<Record<string, SchemaNode>>,
  actual: unknown,
  expected: unknown,
  path: string,
): string | undefined {
  if (typeof actual !== "object" || actual === null) return differ(actual, expected, path);
  const names = Object.keys(fields);
  if (Object.keys(actual).join("\n") !== names.join("\n")) {
    return `${path} has the fields ${Object.keys(actual)} instead of ${names}`;
  }
  return first(names.length, (i) => {
    const name = names[i] as string;
    const [found, wanted] = [actual, expected].map((value) => (value as Record<string, unknown>)[name]);
    return difference(fields[name] as SchemaNode, found, wanted, `${path}[${JSON.stringify(name)}]`);
  });
}

function variants(
  all: Readonly<Record<string, SchemaNode>>,
  actual: unknown,
  expected: unknown,
  path: string,
): string | undefined {
  const found = actual as { type: string; value?: unknown };
  const wanted = expected as { type: string; value?: unknown };
  if (found?.type !== wanted.type || "value" in found !== "value" in wanted) return differ(actual, expected, path);
  return "value" in wanted
    ? difference(all[wanted.type] as SchemaNode, found.value, wanted.value, `${path}.value`)
    : undefined;
}

function maps(
  node: { readonly kind: string; readonly key: SchemaNode; readonly value: SchemaNode },
  actual: unknown,
  expected: unknown,
  path: string,
): string | undefined {
  if (!(actual instanceof Map)) return differ(actual, expected, path);
  const wanted = expected as Map<unknown, unknown>;
  if (actual.size !== wanted.size) return differ(actual, expected, path);
  const entries = [actual, wanted].map((map) => [...map]);
  if (node.kind !== "map" || ANY_ORDER in node)
    for (const list of entries) list.sort(([a], [b]) => (contentText(a) < contentText(b) ? -1 : 1));
  const [found, expectedEntries] = entries as [[unknown, unknown][], [unknown, unknown][]];
  return first(wanted.size, (i) => {
    const [key, value] = expectedEntries[i] as [unknown, unknown];
    return (
      difference(node.key, found[i]?.[0], key, `${path}: key ${i}`) ??
      difference(node.value, found[i]?.[1], value, `${path}[${fc.stringify(key)}]`)
    );
  });
}
