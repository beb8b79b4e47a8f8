/**
 * Keys that are asked for → keys as the file has them. In: a plan of keys. Out: a function that gives undefined for a key
 * that no entry of the file can have.
 */

import { storedNumber } from "./numbers.ts";
import type { Part, Plan, StructStep, VariantStep } from "./plan.ts";

/** Gives the file's key of a wanted one, which fits its schema; undefined if there is none. */
export type ToStored = (key: unknown) => unknown;

const functions = new WeakMap<Plan, ToStored>();

export function toStoredKey(plan: Plan): ToStored {
  const known = functions.get(plan);
  if (known !== undefined) return known;
  const made = plan.isDirect ? (key: unknown) => key : make(plan);
  functions.set(plan, made);
  return made;
}

function make({ step, purpose }: Plan): ToStored {
  switch (step.kind) {
    case "number":
      return (key) => storedNumber(key, step.from, purpose === "orderedKey");
    case "some": {
      const item = partOf(step.part);
      return (key) => (key === null ? undefined : item(key));
    }
    case "option": {
      const item = partOf(step.part);
      return (key) => (key === null ? null : item(key));
    }
    case "vec":
    case "array": {
      const item = partOf(step.part);
      return (key) => whole((key as readonly unknown[]).map((each) => item(each)));
    }
    case "tuple": {
      const parts = step.parts.map(partOf);
      return (key) => whole((key as readonly unknown[]).map((each, i) => (parts[i] as ToStored)(each)));
    }
    case "struct":
      return structKey(step);
    case "variant":
      return variantKey(step);
    default:
      return (key) => key;
  }
}

function partOf({ plan }: Part): ToStored {
  return (key) => toStoredKey(plan)(key);
}

/** A key is in the file only if all its parts can be. */
function whole(parts: readonly unknown[]): unknown {
  return parts.includes(undefined) ? undefined : parts;
}

function structKey({ fields }: StructStep): ToStored {
  const parts = fields.map(({ name, from }) => [name, partOf(from?.part as Part)] as const);
  return (key) => {
    const entries = parts.map(([name, part]) => [name, part((key as Record<string, unknown>)[name])] as const);
    return entries.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(entries);
  };
}

function variantKey({ alternatives }: VariantStep): ToStored {
  const parts = new Map(alternatives.map(({ name, part }) => [name, part]));
  return (key) => {
    const { type, value } = key as { readonly type: string; readonly value: unknown };
    if (!parts.has(type)) return undefined;
    const part = parts.get(type);
    if (part === undefined) return key;
    const stored = partOf(part)(value);
    return stored === undefined ? undefined : { type, value: stored };
  };
}
