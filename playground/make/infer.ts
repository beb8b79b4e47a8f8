/**
 * A schema made from data. In: the shape of the data. Out: a schema that holds every value of it in the smallest type that is
 * exact, how values become what that schema takes, and notes on whatever is stored otherwise than it came.
 */

import { bool, chunk, hashMap, map, option, type Schema, str, struct, tuple, typed, variant, vec } from "parcode-web";
import { isDictionary } from "./dictionary.ts";
import { InputError, type Note, pathText, type Step } from "./input-error.ts";
import { numberOf, sizeOf } from "./numbers.ts";
import { type Arrangement, keyedMap } from "./rows.ts";
import { joinFields, joinPositions, type Kind, type ListShape, type ObjectShape, type Shape } from "./shape.ts";

/** Makes of a value what the schema takes. */
export type Convert = (value: unknown) => unknown;

/** A schema, and how values come to it; without `convert` they fit as they are. */
export interface Part {
  readonly schema: Schema;
  readonly convert?: Convert | undefined;
}

/** A part, and what its owner should know about it. */
export interface Inference extends Part {
  readonly notes: readonly Note[];
}

/** Smaller parts stay with the structure, which is there as soon as the file is open. */
const CHUNK_BYTES = 4096;

/** Shorter lists of numbers are lists; longer ones are typed arrays. */
const TYPED_ITEMS = 256;

/** What a name in a dictionary takes, by estimate. */
const NAME_BYTES = 8;

/** More notes than that are not read. */
const MAX_NOTES = 12;

/**
 * The schema of a whole file with data of this shape.
 * @param arrangement What the rows become, if they shall be no list.
 * @throws {InputError} The data is no list and no object, or empty; or the arrangement has no such rows or key.
 */
export function inferFile(shape: Shape, arrangement?: Arrangement): Inference {
  const inferrer = new Inferrer(arrangement);
  const [kind, ...others] = shape.kinds;
  if (others.length > 0 || shape.nulls > 0 || (kind !== "list" && kind !== "object")) {
    throw new InputError(`The data is ${kind === undefined ? "null" : `a single ${kind}`}, which needs no file.`, {
      advice: 'Give a list, such as [1, 2], or an object, such as {"name": "value"}.',
    });
  }
  if ((shape.lists?.items ?? shape.objects?.members) === 0) {
    throw new InputError(`The ${kind} is empty, so nothing says what belongs into it.`, {
      advice: "Give data with at least one item.",
    });
  }
  const part = inferrer.placed(shape, []);
  return { ...part, notes: inferrer.notesOf() };
}

class Inferrer {
  private readonly arrangement: Arrangement | undefined;
  private readonly notes: Note[] = [];
  private more = 0;

  constructor(arrangement: Arrangement | undefined) {
    this.arrangement = arrangement;
  }

  notesOf(): readonly Note[] {
    if (this.more === 0) return this.notes;
    return [...this.notes, { path: "", text: `There are ${this.more} more notes of these kinds.` }];
  }

  /** What is a chunk, or a field of one: long parts of it become chunks of their own. */
  placed(shape: Shape, at: readonly Step[]): Part {
    const { lists, objects } = shape;
    if (lists !== undefined) return this.isArranged(at) ? this.keyed(lists, at) : this.longList(lists, at);
    if (objects === undefined) return this.inline(shape, at);
    if (isDictionary(objects, shape.count)) {
      joinFields(objects);
      return this.dictionary(objects, at, hashMap);
    }
    return this.record(objects, shape.count, at, (field, path) => this.field(field, path));
  }

  private isArranged(at: readonly Step[]): boolean {
    if (this.arrangement === undefined) return false;
    const { field } = this.arrangement;
    return field === undefined ? at.length === 0 : at.length === 1 && at[0] === field;
  }

  private keyed(lists: ListShape, at: readonly Step[]): Part {
    const arrangement = this.arrangement as Arrangement;
    joinPositions(lists);
    const rows = this.inline(lists.item, [...at, 0]);
    const shape = lists.item.objects?.fields?.get(arrangement.key);
    if (shape === undefined) {
      throw new InputError(`The rows have no column ${JSON.stringify(arrangement.key)}.`, {
        advice: "Choose another column as the key.",
      });
    }
    return keyedMap(arrangement, { rows, key: this.inline(shape, [...at, 0, arrangement.key]) });
  }

  private field(shape: Shape, at: readonly Step[]): Part {
    if (this.isArranged(at)) return this.placed(shape, at);
    if (bytesOf(shape) < CHUNK_BYTES) return this.inline(shape, at);
    const isPlain = shape.kinds.length === 1 && shape.nulls === 0 && shape.count === 1;
    const part = isPlain ? this.placed(shape, at) : this.inline(shape, at);
    // A hash map is a chunk already.
    return part.schema.kind === "hashMap" ? part : { ...part, schema: chunk(part.schema) };
  }

  private longList(lists: ListShape, at: readonly Step[]): Part {
    joinPositions(lists);
    const { item, longest } = lists;
    const isNumbers = item.kinds.length === 1 && item.numbers !== undefined && item.nulls === 0;
    if (!isNumbers || longest < TYPED_ITEMS) return this.list(lists, at);
    this.noteRounded(item);
    const { element, arrayClass } = numberOf(item.numbers as NonNullable<typeof item.numbers>);
    return { schema: typed(element), convert: (value) => arrayClass.from(value as number[]) };
  }

  inline(shape: Shape, at: readonly Step[]): Part {
    const { kinds } = shape;
    const [kind] = kinds;
    if (kind === undefined) return this.unknown(shape, at);
    const part = kinds.length === 1 ? this.single(shape, kind, at) : this.mixed(shape, kinds, at);
    return shape.nulls > 0 ? optional(part) : part;
  }

  private unknown(shape: Shape, at: readonly Step[]): Part {
    if (shape.count === 0) return { schema: str };
    this.note(at, "is null everywhere, so that its type is a guess: a text or null.");
    return { schema: option(str) };
  }

  private single(shape: Shape, kind: Kind, at: readonly Step[]): Part {
    switch (kind) {
      case "boolean":
        return { schema: bool };
      case "text":
        return { schema: str };
      case "number":
        this.noteRounded(shape);
        return { schema: numberOf(shape.numbers as NonNullable<typeof shape.numbers>).element };
      case "list":
        return this.list(shape.lists as ListShape, at, shape.counts.list);
      case "object": {
        const objects = shape.objects as ObjectShape;
        const count = shape.counts.object;
        if (!isDictionary(objects, count))
          return this.record(objects, count, at, (field, path) => this.inline(field, path));
        joinFields(objects);
        return this.dictionary(objects, at, map);
      }
    }
  }

  private mixed(shape: Shape, kinds: readonly Kind[], at: readonly Step[]): Part {
    const found = kinds.map(
      (kind) => `${kind} (${shape.examples[kind]?.path || "first item"}: ${shape.examples[kind]?.text})`,
    );
    this.note(
      at,
      `is mixed: ${found.join(", ")}. It is stored as a variant; values come back as { type: "${kinds[0]}", value: … }. ` +
        "Make them of one kind to get plain values.",
    );
    const parts = new Map(kinds.map((kind) => [kind, this.single(shape, kind, at)]));
    const variants = Object.fromEntries([...parts].map(([kind, part]) => [kind, part.schema]));
    return {
      schema: variant(variants),
      convert: (value) => {
        const type = kindOf(value);
        const convert = parts.get(type)?.convert;
        return { type, value: convert === undefined ? value : convert(value) };
      },
    };
  }

  private list(lists: ListShape, at: readonly Step[], count = 1): Part {
    const positions = tuplePositions(lists, count);
    if (positions !== undefined) return this.tuple(positions, at);
    joinPositions(lists);
    const { schema, convert } = this.inline(lists.item, [...at, 0]);
    return { schema: vec(schema), convert: convert && ((value) => (value as readonly unknown[]).map(convert)) };
  }

  private tuple(positions: readonly Shape[], at: readonly Step[]): Part {
    const parts = positions.map((position, i) => this.inline(position, [...at, i]));
    const schema = tuple(parts.map((part) => part.schema));
    if (parts.every(({ convert }) => convert === undefined)) return { schema };
    return {
      schema,
      convert: (value) => (value as readonly unknown[]).map((item, i) => apply(parts[i] as Part, item)),
    };
  }

  private dictionary(objects: ObjectShape, at: readonly Step[], build: typeof map | typeof hashMap): Part {
    const value = this.inline(objects.value, [...at, "…"]);
    return {
      schema: build(str, value.schema),
      convert: (object) => {
        const entries = new Map<string, unknown>();
        for (const name of Object.keys(object as object)) {
          entries.set(name, apply(value, (object as Record<string, unknown>)[name]));
        }
        return entries;
      },
    };
  }

  private record(
    objects: ObjectShape,
    count: number,
    at: readonly Step[],
    partOf: (shape: Shape, at: readonly Step[]) => Part,
  ): Part {
    const fields: [string, Part][] = [];
    let isWhole = true;
    for (const [name, shape] of objects.fields ?? []) {
      const isMissing = shape.count < count;
      let part = isMissing ? this.inline(shape, [...at, name]) : partOf(shape, [...at, name]);
      if (isMissing) part = optional(part);
      fields.push([name, part]);
      isWhole &&= !isMissing && part.convert === undefined;
    }
    const schema = struct(Object.fromEntries(fields.map(([name, part]) => [name, part.schema])));
    return { schema, convert: isWhole ? undefined : (value) => recordOf(value as Record<string, unknown>, fields) };
  }

  private noteRounded(shape: Shape): void {
    const rounded = shape.numbers?.rounded;
    if (rounded === undefined) return;
    const text = `is a whole number beyond 2^53, and JSON gave the nearest float, ${rounded.text}. Quote such numbers to keep their digits.`;
    this.add({ path: rounded.path, text });
  }

  private note(at: readonly Step[], text: string): void {
    this.add({ path: pathText(at), text });
  }

  private add(note: Note): void {
    if (this.notes.length < MAX_NOTES) this.notes.push(note);
    else this.more++;
  }
}

/** Positions of lists that are rows of different kinds, as in [["Lyon", 4.8], ["Nice", 7.3]]. */
function tuplePositions({ positions }: ListShape, count: number): readonly Shape[] | undefined {
  if (positions === undefined || count < 2) return undefined;
  const kinds = new Set(positions.flatMap((position) => position.kinds));
  return kinds.size > 1 && positions.every((position) => position.kinds.length === 1) ? positions : undefined;
}

function optional({ schema, convert }: Part): Part {
  const wrapped = schema.kind === "option" ? schema : option(schema);
  return {
    schema: wrapped,
    convert: convert && ((value) => (value === null || value === undefined ? null : convert(value))),
  };
}

function recordOf(value: Readonly<Record<string, unknown>>, fields: readonly (readonly [string, Part])[]): unknown {
  const record: Record<string, unknown> = {};
  // A member that an object has from its prototype, such as "constructor", is not its own.
  for (const [name, part] of fields) {
    record[name] = Object.hasOwn(value, name) ? apply(part, value[name]) : null;
  }
  return record;
}

function apply({ convert }: Part, value: unknown): unknown {
  return convert === undefined ? value : convert(value);
}

function kindOf(value: unknown): Kind {
  if (typeof value === "string") return "text";
  if (typeof value === "object") return Array.isArray(value) ? "list" : "object";
  return typeof value as "boolean" | "number";
}

/** About how many bytes the values take. */
export function bytesOf(shape: Shape): number {
  const { numbers, lists, objects, counts, textUnits } = shape;
  let bytes = shape.nulls + counts.boolean + counts.text + textUnits;
  if (numbers !== undefined) bytes += counts.number * sizeOf(numbers);
  if (lists !== undefined) {
    bytes += counts.list + bytesOf(lists.item);
    for (const position of lists.positions ?? []) bytes += bytesOf(position);
  }
  if (objects !== undefined) {
    bytes += counts.object + bytesOf(objects.value);
    if (isDictionary(objects, counts.object)) bytes += objects.members * NAME_BYTES;
    for (const field of objects.fields?.values() ?? []) bytes += bytesOf(field);
  }
  return bytes;
}
