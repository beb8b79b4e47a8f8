/**
 * Step 1, for values of any size: the same check in steps. In: a schema and any value. Out: what `measure` gives; between
 * two steps, others may have the thread.
 *
 * A value is looked at in one piece where that is short. Nobody knows beforehand: so it is tried, and where there turns out
 * to be too much, its parts are looked at one after the other.
 */

import { MAX_INLINE_DEPTH } from "../bytes/depth.ts";
import { tooDeep } from "../bytes/mismatch.ts";
import { varintSize } from "../bytes/varint-write.ts";
import { checkElements, itemsLeft, measureItems, measureOf, measureWithin } from "./check.ts";
import { resolvePlaced, type SchemaNode } from "./node.ts";
import { memberText } from "./path.ts";
import { prefixed, withPath } from "./path-error.ts";
import type { AnyTypedArray } from "./typed-array.ts";
import { keyText } from "./value-text.ts";

/** Items looked at between two steps, and at most in one piece: some hundred microseconds. */
export const STEP_ITEMS = 4096;

/** Items of a list tried in one piece; fewer where they turn out to be large. */
const MAX_RUN_ITEMS = 256;

/** A piece tried in vain costs its time: the next one is tried with half of that, but with no less than this. */
const MIN_TRIAL_ITEMS = 16;

type Steps<T> = Generator<undefined, T, unknown>;

/** As `measure` in check.ts, in steps. @throws {SchemaMismatchError} The value does not fit. */
export function* measureInSteps(schema: SchemaNode, value: unknown, path = ""): Steps<number> {
  try {
    return yield* new SteppedCheck().value(schema, value, 0);
  } catch (error) {
    throw withPath(error, path);
  }
}

class SteppedCheck {
  /** Items that the next trial may look at. */
  private trial = STEP_ITEMS;
  /** Items looked at since the last step. */
  private done = 0;

  /** @param level Levels of recursive types around the value, inside of its payload. */
  *value(schema: SchemaNode, value: unknown, level: number): Steps<number> {
    const size = this.tried(level, () => measureOf(schema)(value as never));
    if (this.done >= STEP_ITEMS) yield this.step();
    return size ?? (yield* this.parts(schema, value, level));
  }

  /** A value of which too much is known to be there; its own shape has been checked in trying. */
  private *parts(schema: SchemaNode, value: unknown, level: number): Steps<number> {
    switch (schema.kind) {
      case "recursive":
        if (level > MAX_INLINE_DEPTH) throw tooDeep();
        return yield* this.parts(resolvePlaced(schema), value, level + 1);
      case "chunk":
        return yield* this.parts(schema.inner, value, 0);
      case "option":
        return 1 + (yield* this.parts(schema.item, value, level));
      case "variant": {
        const { type, value: content } = value as { readonly type: string; readonly value: unknown };
        const tag = varintSize(Object.keys(schema.variants).indexOf(type));
        return tag + (yield* this.part(".value", schema.variants[type] as SchemaNode, content, level));
      }
      case "struct":
        return yield* this.fields(schema.fields, value as Readonly<Record<string, unknown>>, level);
      case "tuple": {
        let size = 0;
        for (const [i, item] of schema.items.entries()) {
          size += yield* this.part(`[${i}]`, item, (value as readonly unknown[])[i], level);
        }
        return size;
      }
      case "vec":
        return varintSize((value as []).length) + (yield* this.items(schema.item, value as [], level));
      case "array":
        return yield* this.items(schema.item, value as [], level);
      case "set":
        return yield* this.members(schema.item, value as ReadonlySet<unknown>, level);
      case "map":
        return yield* this.entries(schema.key, schema.value, value as ReadonlyMap<unknown, unknown>, level);
      case "hashMap":
      case "sortedMap":
        return yield* this.entries(schema.key, schema.value, value as ReadonlyMap<unknown, unknown>, 0);
      case "typed":
        return yield* this.elements(schema.element, value as AnyTypedArray);
      default:
        return this.whole(level, () => measureOf(schema)(value as never));
    }
  }

  private *part(segment: string, schema: SchemaNode, value: unknown, level: number): Steps<number> {
    try {
      return yield* this.value(schema, value, level);
    } catch (error) {
      throw prefixed(segment, error);
    }
  }

  private *fields(
    fields: Readonly<Record<string, SchemaNode>>,
    value: Readonly<Record<string, unknown>>,
    level: number,
  ): Steps<number> {
    let size = 0;
    for (const name of Object.keys(fields)) {
      size += yield* this.part(memberText(name), fields[name] as SchemaNode, value[name], level);
    }
    return size;
  }

  private *items(schema: SchemaNode, value: readonly unknown[], level: number): Steps<number> {
    const item = measureOf(schema);
    let size = 0;
    let run = MAX_RUN_ITEMS;
    for (let from = 0; from < value.length; ) {
      const to = Math.min(value.length, from + run);
      const tried = this.tried(level, () => measureItems(item, value, from, to));
      if (tried !== undefined) {
        size += tried;
        from = to;
        run = Math.min(MAX_RUN_ITEMS, run * 2);
      } else if (to - from > 1) {
        run = Math.ceil((to - from) / 4);
      } else {
        size += yield* this.largeItem(schema, value[from], from, level);
        from++;
      }
      if (this.done >= STEP_ITEMS) yield this.step();
    }
    return size;
  }

  private *largeItem(schema: SchemaNode, value: unknown, index: number, level: number): Steps<number> {
    try {
      return yield* this.parts(schema, value, level);
    } catch (error) {
      throw prefixed(`[${index}]`, error);
    }
  }

  private *members(schema: SchemaNode, value: ReadonlySet<unknown>, level: number): Steps<number> {
    let size = varintSize(value.size);
    let index = 0;
    for (const member of value) size += yield* this.part(`{${index++}}`, schema, member, level);
    return size;
  }

  private *entries(
    keySchema: SchemaNode,
    valueSchema: SchemaNode,
    map: ReadonlyMap<unknown, unknown>,
    level: number,
  ): Steps<number> {
    const key = measureOf(keySchema);
    const value = measureOf(valueSchema);
    let size = varintSize(map.size);
    for (const [k, v] of map) {
      try {
        const tried = this.tried(level, () => key(k as never) + value(v as never));
        size += tried ?? (yield* this.value(keySchema, k, level)) + (yield* this.value(valueSchema, v, level));
      } catch (error) {
        throw prefixed(keyText(k), error);
      }
      if (this.done >= STEP_ITEMS) yield this.step();
    }
    return size;
  }

  private *elements(element: Parameters<typeof checkElements>[0], value: AnyTypedArray): Steps<number> {
    for (let from = 0; from < value.length; from += STEP_ITEMS) {
      const to = Math.min(value.length, from + STEP_ITEMS);
      this.whole(0, () => checkElements(element, value, from, to));
      yield this.step();
    }
    return varintSize(value.length) + value.byteLength;
  }

  /** What `work` returns, or undefined if there is too much of it. */
  private tried(level: number, work: () => number): number | undefined {
    const allowed = this.trial;
    const size = measureWithin(allowed, level, work);
    if (size === undefined) {
      this.trial = Math.max(MIN_TRIAL_ITEMS, allowed >> 1);
      this.done += allowed;
    } else {
      const looked = allowed - itemsLeft() + 1;
      this.trial = Math.min(STEP_ITEMS, allowed + looked);
      this.done += looked;
    }
    return size;
  }

  /** What has no parts is looked at in one piece. */
  private whole<T>(level: number, work: () => T): T {
    this.done += STEP_ITEMS;
    return measureWithin(Number.POSITIVE_INFINITY, level, work) as T;
  }

  /** To be yielded. */
  private step(): undefined {
    this.done = 0;
  }
}
