/**
 * Values that are wrong in one place. In: a schema and a value that fits. Out: every place in it, with a way to put
 * something else there, and things that seldom fit.
 */
import fc from "fast-check";
import { keyText, memberText } from "../../src/schema/check.ts";
import { resolve, type SchemaNode } from "../../src/schema/node.ts";

/** A place in a value. */
export interface Site {
  /** As an error would name it. */
  readonly path: string;
  readonly schema: SchemaNode;
  /** The whole value with `other` at this place. */
  put(other: unknown): unknown;
}

/** Every place in a value, the value itself included. A key is a place too; what is wrong in it is told behind its text. */
export function sitesOf(schema: SchemaNode, value: unknown): Site[] {
  const sites: Site[] = [];
  collect(sites, { path: "", schema, put: (other) => other }, value);
  return sites;
}

function collect(sites: Site[], site: Site, value: unknown): void {
  const schema = strip(site.schema);
  const inner = (path: string, part: SchemaNode, member: unknown, put: (other: unknown) => unknown): void =>
    collect(sites, { path: site.path + path, schema: part, put: (other) => site.put(put(other)) }, member);
  sites.push({ ...site, schema });
  switch (schema.kind) {
    case "vec":
    case "array":
    case "tuple":
      (value as unknown[]).forEach((member, i) => {
        const part = schema.kind === "tuple" ? (schema.items[i] as SchemaNode) : schema.item;
        inner(`[${i}]`, part, member, (other) => replaced(value as unknown[], i, other));
      });
      return;
    case "set":
      [...(value as Set<unknown>)].forEach((member, i, members) => {
        inner(`{${i}}`, schema.item, member, (other) => new Set(replaced(members, i, other)));
      });
      return;
    case "option":
      if (value !== null) inner("", schema.item, value, (other) => other);
      return;
    case "struct":
      for (const [name, field] of Object.entries(schema.fields)) {
        const members = value as Record<string, unknown>;
        inner(memberText(name), field, members[name], (other) => ({ ...members, [name]: other }));
      }
      return;
    case "variant": {
      const { type, value: content } = value as { type: string; value?: unknown };
      const part = schema.variants[type] as SchemaNode;
      if (part.kind !== "unit") inner(".value", part, content, (other) => ({ type, value: other }));
      return;
    }
    case "map":
    case "hashMap":
    case "sortedMap": {
      const entries = [...(value as Map<unknown, unknown>)];
      entries.forEach(([key, member], i) => {
        const withEntry = (entry: [unknown, unknown]) => new Map(replaced(entries, i, entry));
        inner(keyText(key), schema.value, member, (other) => withEntry([key, other]));
        sites.push({ path: `${site.path}[`, schema: schema.key, put: (other) => site.put(withEntry([other, member])) });
      });
    }
  }
}

function replaced<T>(list: readonly T[], index: number, member: T): T[] {
  return list.map((old, i) => (i === index ? member : old));
}

function strip(schema: SchemaNode): SchemaNode {
  const node = resolve(schema);
  return node.kind === "chunk" ? strip(node.inner) : node;
}

/** Things of every type, most of them wrong in most places. */
export const oddities: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    true,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0.5,
    256,
    -129,
    65_536,
    -32_769,
  ),
  fc.constantFrom<unknown>(
    2 ** 31,
    -(2 ** 31) - 1,
    2 ** 32,
    2 ** 53,
    -(2 ** 53),
    1e300,
    0n,
    -1n,
    2n ** 64n,
    2n ** 128n,
  ),
  fc.constantFrom<unknown>("", "a", "ab", "𝄞", "e\u0301", "\ud800", "a\udfff", "\udc00\ud800", Symbol("odd"), () => 0),
  fc.constantFrom<unknown>({}, [], [undefined], [1, 2, 3], new Map(), new Set(), new Map([[1, 2]]), new Set(["a"])),
  fc.constantFrom<unknown>(new Uint8Array(2), new Float32Array(1), new DataView(new ArrayBuffer(1)), new Date(0), /x/),
  fc.constantFrom<unknown>(
    { type: "A" },
    { type: 0 },
    { type: "a", value: undefined },
    Object.create(null),
    new Number(1),
  ),
  fc.constantFrom<unknown>(new Float64Array([0.5]), new Float64Array([2 ** 53]), new String("a"), new Proxy([], {})),
  fc.anything(),
);

/** A value with something odd in one place. */
export interface WrongValue {
  readonly site: Site;
  readonly wrong: unknown;
}

export function wrongValues(schema: SchemaNode, value: unknown): fc.Arbitrary<WrongValue> {
  const sites = sitesOf(schema, value);
  return fc
    .tuple(fc.nat({ max: sites.length - 1 }), oddities)
    .map(([index, odd]) => ({ site: sites[index] as Site, wrong: (sites[index] as Site).put(odd) }));
}
