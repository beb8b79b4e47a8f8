/**
 * What the values at one place of the data have in common. In: values, as JSON has them. Out: counts, bounds and, for lists and
 * objects, the shapes of what they are made of. Nothing is decided here; see infer.ts.
 */

import { excerpt, InputError, pathText, type Step } from "./input-error.ts";

/** Kinds of values besides null. */
export type Kind = "boolean" | "number" | "text" | "list" | "object";

export const KINDS: readonly Kind[] = ["boolean", "number", "text", "list", "object"];

/** The first value of a kind, for those who look for it. */
export interface Example {
  readonly path: string;
  readonly text: string;
}

export interface NumberShape {
  min: number;
  max: number;
  /** Whether all are whole, exact, and none is −0. */
  whole: boolean;
  /** Whether 32 bits hold all of them exactly. */
  single: boolean;
  /** Where a whole number stands that JavaScript may have rounded. */
  rounded: Example | undefined;
}

export interface ListShape {
  items: number;
  longest: number;
  /** The shapes of the items by position, while all lists have one small length. Then `item` stays empty. */
  positions: Shape[] | undefined;
  item: Shape;
}

export interface ObjectShape {
  members: number;
  most: number;
  /** The shapes of the members by name, until there are more names than a struct should have. Then `value` has all. */
  fields: Map<string, Shape> | undefined;
  value: Shape;
}

/** The values at one place. */
export class Shape {
  /** How many values there are, nulls among them. */
  count = 0;
  nulls = 0;
  /** UTF-16 code units of all texts. */
  textUnits = 0;
  readonly counts: { [K in Kind]: number } = { boolean: 0, number: 0, text: 0, list: 0, object: 0 };
  readonly examples: { [K in Kind]?: Example } = {};
  numbers: NumberShape | undefined;
  lists: ListShape | undefined;
  objects: ObjectShape | undefined;

  /** The kinds that occur, in a fixed order. */
  get kinds(): Kind[] {
    return KINDS.filter((kind) => this.counts[kind] > 0);
  }
}

/** More names than this are those of a dictionary. */
const MAX_FIELDS = 512;

/** Longer lists are no tuples. */
const MAX_POSITIONS = 8;

const MAX_DEPTH = 100;

/** JavaScript rounds whole numbers from here on, and writes them without an exponent up to 1e21. */
const LAST_WRITTEN_OUT = 1e21;

/** Sums up `value` and all in it. @throws {InputError} It is nested too deeply. */
export function shapeOf(value: unknown): Shape {
  const shape = new Shape();
  new Observer().observe(shape, value);
  return shape;
}

/** Sums up values one by one, as rows come. */
export class Observer {
  private readonly path: Step[] = [];

  observe(shape: Shape, value: unknown, step?: Step): void {
    if (step === undefined) return this.add(shape, value);
    this.path.push(step);
    this.add(shape, value);
    this.path.pop();
  }

  private add(shape: Shape, value: unknown): void {
    shape.count++;
    if (value === null) {
      shape.nulls++;
      return;
    }
    const kind = kindOf(value);
    if (shape.counts[kind]++ === 0) shape.examples[kind] = { path: pathText(this.path), text: excerpt(value) };
    if (kind === "number") this.addNumber(shape, value as number);
    else if (kind === "text") shape.textUnits += (value as string).length;
    else if (kind === "list") this.addList(shape, value as readonly unknown[]);
    else if (kind === "object") this.addObject(shape, value as Readonly<Record<string, unknown>>);
  }

  private addNumber(shape: Shape, value: number): void {
    shape.numbers ??= { min: value, max: value, whole: true, single: true, rounded: undefined };
    const { numbers } = shape;
    if (value < numbers.min) numbers.min = value;
    if (value > numbers.max) numbers.max = value;
    if (numbers.single && Math.fround(value) !== value) numbers.single = false;
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return;
    numbers.whole = false;
    if (numbers.rounded === undefined && Number.isInteger(value) && value !== 0) {
      if (Math.abs(value) < LAST_WRITTEN_OUT) numbers.rounded = { path: pathText(this.path), text: excerpt(value) };
    }
  }

  private addList(shape: Shape, list: readonly unknown[]): void {
    this.checkDepth();
    const isFirst = shape.lists === undefined;
    shape.lists ??= { items: 0, longest: 0, positions: undefined, item: new Shape() };
    const { lists } = shape;
    lists.items += list.length;
    lists.longest = Math.max(lists.longest, list.length);
    if (isFirst && list.length > 0 && list.length <= MAX_POSITIONS) lists.positions = list.map(() => new Shape());
    if (lists.positions !== undefined && lists.positions.length !== list.length) joinPositions(lists);
    const { positions, item } = lists;
    for (let i = 0; i < list.length; i++) this.observe(positions?.[i] ?? item, list[i], i);
  }

  private addObject(shape: Shape, object: Readonly<Record<string, unknown>>): void {
    this.checkDepth();
    shape.objects ??= { members: 0, most: 0, fields: new Map(), value: new Shape() };
    const { objects } = shape;
    let count = 0;
    for (const name of Object.keys(object)) {
      count++;
      let field = objects.value;
      if (objects.fields !== undefined) {
        const known = objects.fields.get(name);
        field = known ?? new Shape();
        if (known === undefined) objects.fields.set(name, field);
      }
      this.observe(field, object[name], name);
      if (objects.fields !== undefined && objects.fields.size > MAX_FIELDS) joinFields(objects);
    }
    objects.members += count;
    objects.most = Math.max(objects.most, count);
  }

  private checkDepth(): void {
    if (this.path.length < MAX_DEPTH) return;
    throw new InputError(
      `The data is nested more than ${MAX_DEPTH} levels deep, which a schema made from it cannot show.`,
      {
        where: `${pathText(this.path.slice(0, 4))} …`,
        advice: "Flatten it, for example into one list whose items name their parents.",
      },
    );
  }
}

/** Gives up telling positions apart. */
export function joinPositions(lists: ListShape): void {
  for (const position of lists.positions ?? []) join(lists.item, position);
  lists.positions = undefined;
}

/** Gives up telling names apart. */
export function joinFields(objects: ObjectShape): void {
  for (const field of objects.fields?.values() ?? []) join(objects.value, field);
  objects.fields = undefined;
}

/** The shape of all values at two places; `into` becomes it, and `from` is used up. */
export function join(into: Shape, from: Shape): void {
  into.count += from.count;
  into.nulls += from.nulls;
  into.textUnits += from.textUnits;
  for (const kind of KINDS) {
    into.counts[kind] += from.counts[kind];
    into.examples[kind] ??= from.examples[kind] as Example;
  }
  into.numbers = joinNumbers(into.numbers, from.numbers);
  into.lists = joinLists(into.lists, from.lists);
  into.objects = joinObjects(into.objects, from.objects);
}

function joinNumbers(a: NumberShape | undefined, b: NumberShape | undefined): NumberShape | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    whole: a.whole && b.whole,
    single: a.single && b.single,
    rounded: a.rounded ?? b.rounded,
  };
}

function joinLists(a: ListShape | undefined, b: ListShape | undefined): ListShape | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  a.items += b.items;
  a.longest = Math.max(a.longest, b.longest);
  if (a.positions !== undefined && a.positions.length === b.positions?.length) {
    for (const [i, position] of a.positions.entries()) join(position, b.positions[i] as Shape);
    return a;
  }
  joinPositions(a);
  joinPositions(b);
  join(a.item, b.item);
  return a;
}

function joinObjects(a: ObjectShape | undefined, b: ObjectShape | undefined): ObjectShape | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  a.members += b.members;
  a.most = Math.max(a.most, b.most);
  if (a.fields !== undefined && b.fields !== undefined) {
    for (const [name, field] of b.fields) {
      const known = a.fields.get(name);
      if (known === undefined) a.fields.set(name, field);
      else join(known, field);
    }
    if (a.fields.size > MAX_FIELDS) joinFields(a);
    return a;
  }
  joinFields(a);
  joinFields(b);
  join(a.value, b.value);
  return a;
}

function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "number":
      return "number";
    case "string":
      return "text";
    default:
      return Array.isArray(value) ? "list" : "object";
  }
}
