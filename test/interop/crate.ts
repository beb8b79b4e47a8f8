/**
 * What the tests against the Rust crate share: an oracle for each test file, the schemas of the types it knows, random
 * values of them, and a comparison with what it answers.
 */
import fc from "fast-check";
import { chunk, hashMap, type Schema, struct, vec } from "parcode-web";
import { afterAll } from "vitest";
import type { SchemaNode } from "../../src/schema/node.ts";
import { runs, type Sample, samplesOf } from "../support/arbitrary.ts";
import { type Descriptor, Descriptors, type Flavour } from "../support/descriptor.ts";
import { fromNotation, toNotation } from "../support/descriptor-values.ts";
import { canonical, difference } from "../support/difference.ts";
import { Oracle, type OracleType } from "../support/oracle.ts";

export const oracle = await Oracle.start();
afterAll(() => oracle.close());

export type CrateType = OracleType<Descriptor>;

const types = await oracle.types<Descriptor>();

/** Rows for `test.for("%s")`: the types that can be asked for all of `what`. */
export function typesThat(...what: ("write" | "read" | "readLazy" | "hash")[]): [string, CrateType][] {
  return types.filter((type) => what.every((flag) => type[flag])).map((type) => [type.name, type]);
}

/** The type with this name, as Rust writes it. */
export function typeNamed(name: string): CrateType {
  const found = types.find((type) => type.name.replaceAll(" ", "") === name.replaceAll(" ", ""));
  if (found === undefined) throw new Error(`The oracle does not know the type ${name}.`);
  return found;
}

export const FLAVOURS: readonly Flavour[] = ["plain", "typed", "numbers"];

/** A Rust type with one of our schemas for it. */
export class Form {
  readonly type: CrateType;
  readonly flavour: Flavour;
  readonly schema: Schema;
  private readonly descriptors: Descriptors;

  /** @param place "root": of a whole file. "inline": of one payload. "key": of a map's key. */
  constructor(type: CrateType, flavour: Flavour, place: "root" | "inline" | "key", bucketBytes?: number) {
    this.type = type;
    this.flavour = flavour;
    this.descriptors = new Descriptors(type.types, flavour);
    const schema =
      place === "root" ? this.descriptors.root(type.root) : this.descriptors.schema(type.root, place === "key");
    this.schema = bucketBytes === undefined ? schema : withBuckets(schema, bucketBytes);
  }

  get node(): SchemaNode {
    return this.schema as SchemaNode;
  }

  /** How it is shown in a failing example. */
  [fc.toStringMethod](): string {
    return `${this.type.name} (${this.flavour})`;
  }

  samples(maxLength: number): fc.Arbitrary<Sample> {
    return samplesOf(fc.constant(this.schema), maxLength);
  }

  /** A value as the oracle takes it. */
  toNotation(value: unknown): unknown {
    return toNotation(this.descriptors, this.type.root, value);
  }

  /** A value from the oracle. */
  fromNotation(json: unknown, key = false): unknown {
    return fromNotation(this.descriptors, this.type.root, json, key);
  }
}

/** Cases to try. Shrinking a failing one asks the crate thousands of questions, so it ends before the test's own time does. */
export function cases(few: number): fc.Parameters<unknown> {
  return { ...runs(few), interruptAfterTimeLimit: 40_000 };
}

/** What decides how the crate writes. */
export const crateWrites = fc.record({ compression: fc.boolean(), serial: fc.boolean() });

const forms = new Map<string, Form>();

/** The form of a whole file, made once, since compiling the codecs of a schema takes longer than a small file. */
export function fileForm(type: CrateType, flavour: Flavour = "plain", bucketBytes?: number): Form {
  const id = `${type.name} ${flavour} ${bucketBytes}`;
  const form = forms.get(id) ?? new Form(type, flavour, "root", bucketBytes);
  forms.set(id, form);
  return form;
}

/** The same schema with another size of buckets. */
function withBuckets(schema: Schema, bucketBytes: number): Schema {
  const made = new Map<SchemaNode, Schema>();
  const again = (part: Schema): Schema => {
    const node = part as SchemaNode;
    const known = made.get(node);
    if (known !== undefined) return known;
    const built = rebuild(node);
    made.set(node, built);
    return built;
  };
  const rebuild = (node: SchemaNode): Schema => {
    switch (node.kind) {
      case "struct":
        return struct(Object.fromEntries(Object.entries(node.fields).map(([name, field]) => [name, again(field)])));
      case "chunk":
        return chunk(again(node.inner), node.compression === undefined ? {} : { compression: node.compression });
      case "vec":
        return vec(again(node.item));
      case "hashMap": {
        const { compression } = node;
        return hashMap(node.key, again(node.value), {
          bucketBytes,
          ...(compression === undefined ? {} : { compression }),
        });
      }
      case "recursive":
        return { ...node, get: () => again(node.get()) } as Schema;
      default:
        return node;
    }
  };
  return again(schema);
}

/** Whether two values are the same, told as the first difference. A HashSet has no order, so sets are sorted first. */
export function differs(actual: unknown, expected: unknown): string | undefined {
  return difference(withSortedSets(actual), withSortedSets(expected));
}

function withSortedSets(value: unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (value instanceof Set) {
    return new Set([...value].map(withSortedSets).sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1)));
  }
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, withSortedSets(member)]));
  if (Array.isArray(value)) return value.map(withSortedSets);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withSortedSets(member)]));
}
