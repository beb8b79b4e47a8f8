/** Keys that people write: a value of JSON as a key of a map. */

import { resolve, type SchemaNode } from "./node.ts";

const NUMBERS: ReadonlySet<string> = new Set(["u8", "u16", "u32", "i8", "i16", "i32", "uint", "int", "f32", "f64"]);

/**
 * A value of JSON as a value of the schema: enough for every key that can be hashed or sorted. Numbers and booleans may be text.
 * @returns Undefined where it is none of this kind.
 */
export function keyFromJson(schema: SchemaNode, value: unknown): unknown {
  const node = resolve(schema);
  switch (node.kind) {
    case "str":
    case "char":
      return typeof value === "string" ? value : undefined;
    case "bool":
      return value === true || value === "true" ? true : value === false || value === "false" ? false : undefined;
    case "u64":
    case "u128":
    case "i64":
    case "i128":
      return /^-?\d+$/.test(String(value)) ? BigInt(String(value)) : undefined;
    case "bytes":
      return Array.isArray(value) && value.every(isByte) ? Uint8Array.from(value) : undefined;
    case "tuple":
      return Array.isArray(value) && value.length === node.items.length
        ? allOf(node.items.map((item, i) => keyFromJson(item, value[i])))
        : undefined;
    case "vec":
    case "array":
      return Array.isArray(value) ? allOf(value.map((item) => keyFromJson(node.item, item))) : undefined;
    case "option":
      return value === null ? null : keyFromJson(node.item, value);
    case "struct": {
      if (typeof value !== "object" || value === null) return undefined;
      const names = Object.keys(node.fields);
      const given = value as Readonly<Record<string, unknown>>;
      const members = allOf(names.map((name) => keyFromJson(node.fields[name] as SchemaNode, given[name])));
      return members && Object.fromEntries(names.map((name, i) => [name, members[i]]));
    }
    default:
      return NUMBERS.has(node.kind) ? numberOf(value) : undefined;
  }
}

function isByte(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** The parts of a key; undefined if one of them is. */
function allOf(parts: readonly unknown[]): readonly unknown[] | undefined {
  return parts.includes(undefined) ? undefined : parts;
}
