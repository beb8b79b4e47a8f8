/**
 * Values as they were read → values as they are wanted. In: a plan. Out: functions. They never fail: what could not be
 * converted is refused when the file is opened.
 */

import { canGenerate, literal, SourceText } from "../schema/generate.ts";
import type { AnyTypedArray } from "../schema/typed-array.ts";
import { convertElements, convertNumber } from "./numbers.ts";
import type { Part, Plan, StructStep, VariantStep } from "./plan.ts";

/** Makes a wanted value of one that was read. */
export type Convert = (value: unknown) => unknown;

const IDENTITY: Convert = (value) => value;

interface Converters {
  owned?: Convert;
  shared?: Convert;
}

const converters = new WeakMap<Plan, Converters>();

/**
 * The converter of a plan. An owned value has no other user: its lists and maps are filled anew in place, so that a large
 * one is not there twice. A shared one is left as it is.
 */
export function converterOf(plan: Plan, isOwned: boolean): Convert {
  if (plan.isSame) return IDENTITY;
  let known = converters.get(plan);
  if (known === undefined) {
    known = {};
    converters.set(plan, known);
  }
  const kind = isOwned ? "owned" : "shared";
  known[kind] ??= makeConverter(plan, isOwned);
  return known[kind];
}

function makeConverter({ step }: Plan, isOwned: boolean): Convert {
  switch (step.kind) {
    case "number":
      return (value) => convertNumber(value, step.to);
    case "typed":
      return (value) => convertElements(value as AnyTypedArray, step.to);
    case "some":
      return partConverter(step.part, isOwned);
    case "option": {
      const item = partConverter(step.part, isOwned);
      return (value) => (value === null ? null : item(value));
    }
    case "vec":
    case "array":
      return listConverter(partConverter(step.part, isOwned), isOwned);
    case "set": {
      const item = partConverter(step.part, isOwned);
      return (value) => new Set([...(value as ReadonlySet<unknown>)].map(item));
    }
    case "tuple": {
      const parts = step.parts.map((part) => partConverter(part, isOwned));
      return (value) => (value as readonly unknown[]).map((item, i) => (parts[i] as Convert)(item));
    }
    case "map":
      return mapConverter(step.key, step.value, isOwned);
    case "struct":
      return structConverter(step, isOwned, isOwned);
    case "variant":
      return variantConverter(step, isOwned);
    default:
      return IDENTITY;
  }
}

/** Looked up when it is needed: the schema meets itself again on the way. */
function partConverter({ plan }: Part, isOwned: boolean): Convert {
  if (plan.isSame) return IDENTITY;
  let convert: Convert | undefined;
  return (value) => {
    convert ??= converterOf(plan, isOwned);
    return convert(value);
  };
}

function listConverter(item: Convert, isOwned: boolean): Convert {
  if (!isOwned) return (value) => (value as readonly unknown[]).map((each) => item(each));
  return (value) => {
    const items = value as unknown[];
    for (let i = 0; i < items.length; i++) items[i] = item(items[i]);
    return items;
  };
}

function mapConverter(keys: Part, values: Part, isOwned: boolean): Convert {
  const key = partConverter(keys, isOwned);
  const value = partConverter(values, isOwned);
  if (!isOwned || !keys.plan.isSame) {
    return (map) => new Map([...(map as ReadonlyMap<unknown, unknown>)].map(([k, v]) => [key(k), value(v)]));
  }
  return (map) => {
    const entries = map as Map<unknown, unknown>;
    for (const [k, v] of entries) entries.set(k, value(v));
    return entries;
  };
}

function structConverter({ fields }: StructStep, isInlineOwned: boolean, isPlacedOwned: boolean): Convert {
  const members = fields.map(({ name, from, missing }): Member => {
    if (from === undefined) return { name, missing };
    const convert = partConverter(from.part, from.isPlaced ? isPlacedOwned : isInlineOwned);
    return { name, convert: convert === IDENTITY ? undefined : convert };
  });
  return canGenerate() ? generateStruct(members) : composeStruct(members);
}

/** A field of a struct that is made: from the field that was read, or from nothing. */
interface Member {
  readonly name: string;
  readonly convert?: Convert | undefined;
  readonly missing?: () => unknown;
}

/** An object literal has its shape from the start; adding fields one by one takes several times as long. */
function generateStruct(members: readonly Member[]): Convert {
  const text = new SourceText();
  const parts = members.map(({ name, convert, missing }) => {
    if (missing !== undefined) return `${literal(name)}: ${text.constant(missing)}()`;
    const value = `v[${literal(name)}]`;
    return `${literal(name)}: ${convert === undefined ? value : `${text.constant(convert)}(${value})`}`;
  });
  const name = text.reserve();
  text.define(name, "v", `return ({ ${parts.join(", ")} });`);
  return text.compile<Convert>(name);
}

/** The same where a policy forbids generated code. */
function composeStruct(members: readonly Member[]): Convert {
  return (value) => {
    const made: Record<string, unknown> = {};
    for (const { name, convert = IDENTITY, missing } of members) {
      made[name] = missing === undefined ? convert((value as Readonly<Record<string, unknown>>)[name]) : missing();
    }
    return made;
  };
}

/** For what a struct's mirror loads: its inline fields are the mirror's own, its chunks were read for this call. */
export function loadedStructConverter({ step }: Plan): Convert {
  return structConverter(step as StructStep, false, true);
}

function variantConverter({ alternatives }: VariantStep, isOwned: boolean): Convert {
  const parts = new Map(
    alternatives.map(({ name, part }) => [name, part === undefined ? undefined : partConverter(part, isOwned)]),
  );
  return (value) => {
    const { type, value: content } = value as { readonly type: string; readonly value: unknown };
    const convert = parts.get(type);
    return convert === undefined ? value : { type, value: convert(content) };
  };
}
