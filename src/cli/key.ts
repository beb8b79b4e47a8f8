/** The command line: keys of maps. In: a step of a path and the schema of the key. Out: the key as a value. */

import { resolve, type SchemaNode } from "../schema/node.ts";
import type { Step } from "./path.ts";
import { CommandError } from "./usage.ts";

/** The key that a step names. @throws {CommandError} It is not one of this map. */
export function keyOfStep(schema: SchemaNode, step: Step): unknown {
  if (step.kind === "slice") throw new CommandError(`a map has no slices; ${step.text} is one`);
  const { kind } = resolve(schema);
  if (step.kind === "name" && (kind === "str" || kind === "char")) return step.name;
  const literal = step.kind === "name" ? step.name : step.literal;
  // From the text, because a number of JSON has lost the last digits of a long one.
  if (/^-?\d+$/.test(literal)) return fromJson(schema, literal, step);
  return fromJson(schema, step.kind === "name" ? step.name : step.value, step);
}

/** A value of JSON as a value of the schema: enough for every key that can be hashed or sorted. */
function fromJson(schema: SchemaNode, value: unknown, step: Step): unknown {
  const node = resolve(schema);
  switch (node.kind) {
    case "str":
    case "char":
      if (typeof value === "string") return value;
      break;
    case "bool":
      if (value === true || value === "true") return true;
      if (value === false || value === "false") return false;
      break;
    case "u64":
    case "u128":
    case "i64":
    case "i128":
      if (/^-?\d+$/.test(String(value))) return BigInt(String(value));
      break;
    case "tuple":
      if (Array.isArray(value)) return node.items.map((item, i) => fromJson(item, value[i], step));
      break;
    case "vec":
    case "array":
      if (Array.isArray(value)) return value.map((item) => fromJson(node.item, item, step));
      break;
    case "option":
      return value === null ? null : fromJson(node.item, value, step);
    case "struct":
      if (typeof value === "object" && value !== null) {
        const member = (name: string): unknown => (value as Record<string, unknown>)[name];
        return Object.fromEntries(
          Object.entries(node.fields).map(([name, field]) => [name, fromJson(field, member(name), step)]),
        );
      }
      break;
    default:
      if (NUMBERS.has(node.kind) && value !== "" && Number.isFinite(Number(value))) return Number(value);
  }
  throw new CommandError(`${step.text} is no key of this map: its keys are of the kind ${node.kind}`);
}

const NUMBERS = new Set(["u8", "u16", "u32", "i8", "i16", "i32", "uint", "int", "f32", "f64"]);
